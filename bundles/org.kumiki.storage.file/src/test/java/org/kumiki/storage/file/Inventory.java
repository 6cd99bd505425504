package org.kumiki.storage.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Upload;

/** All that a store says of what is in it, a line each, so that two stores can be compared. */
final class Inventory {

    private Inventory() {
    }

    static List<String> of(BlobStore store) {
        List<String> lines = new ArrayList<>();
        for (Bucket bucket : store.buckets()) {
            String name = bucket.name();
            lines.add("bucket %s %s %s %s".formatted(name, bucket.created(), new TreeMap<>(bucket.attributes()), store.usage(name)));
            for (Blob blob : store.list(name, new Query("", "", "", "", 100_000, true)).blobs()) {
                lines.add(line(store, blob));
            }
            for (Upload upload : store.uploads(name)) {
                lines.add("upload %s %s %s %s".formatted(upload.key(), upload.id(), upload.begun(), new TreeMap<>(upload.attributes())));
                for (Part part : store.parts(upload)) {
                    lines.add("part %d %d %s %s".formatted(part.number(), part.size(), part.modified(), new TreeMap<>(part.attributes())));
                }
            }
        }
        return lines;
    }

    private static String line(BlobStore store, Blob blob) {
        CRC32C crc = new CRC32C();
        try {
            store.read(blob, 0, blob.size(), crc::update);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> attributes = new TreeMap<>(blob.attributes());
        return "blob %s %s %s %d %08x %s %s %s".formatted(blob.key(), blob.version(), blob.modified(), blob.size(), crc.getValue(),
                blob.marker() ? "marker" : "bytes", blob.latest() ? "latest" : "earlier", attributes);
    }
}
