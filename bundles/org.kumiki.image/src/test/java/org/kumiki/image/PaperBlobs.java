package org.kumiki.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Sink;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;

/** As much of a store of blobs as snapshots need, in memory. It can break down after some changes. */
final class PaperBlobs implements BlobStore {

    final Map<String, Bucket> buckets = new TreeMap<>();
    final Map<String, Blob> blobs = new TreeMap<>();
    final Map<String, byte[]> contents = new TreeMap<>();
    /** How many more changes it takes. */
    int changesLeft = Integer.MAX_VALUE;

    private record Bytes(byte[] bytes) implements Staged {

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void close() {
            // memory frees itself
        }
    }

    private void change() {
        if (changesLeft-- <= 0) {
            throw new BlobException(BlobException.Reason.FULL, "there is no room");
        }
    }

    @Override
    public void create(Bucket bucket) {
        change();
        buckets.put(bucket.name(), bucket);
    }

    @Override
    public Optional<Bucket> bucket(String name) {
        return Optional.ofNullable(buckets.get(name));
    }

    @Override
    public Staged stage(InputStream source) throws IOException {
        return new Bytes(source.readAllBytes());
    }

    @Override
    public void read(Blob blob, long offset, long length, Sink sink) throws IOException {
        sink.accept(ByteBuffer.wrap(contents.get(blob.key()), (int) offset, (int) length).asReadOnlyBuffer());
    }

    @Override
    public Blob put(String bucket, String key, List<Staged> bytes, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        change();
        byte[] content = ((Bytes) bytes.get(0)).bytes();
        contents.put(key, content);
        return keep(new Blob(bucket, key, Blob.ONLY, Instant.EPOCH, content.length, false, true, attributes));
    }

    private Blob keep(Blob blob) {
        blobs.put(blob.key(), blob);
        return blob;
    }

    @Override
    public Optional<Blob> find(String bucket, String key) {
        return Optional.ofNullable(blobs.get(key));
    }

    @Override
    public Blob update(String bucket, String key, String version, UnaryOperator<Map<String, String>> change) {
        change();
        Blob blob = blobs.get(key);
        return keep(new Blob(bucket, key, version, blob.modified(), blob.size(), false, true, change.apply(blob.attributes())));
    }

    @Override
    public Optional<Blob> delete(String bucket, String key, String version, Consumer<Blob> check) {
        change();
        contents.remove(key);
        return Optional.ofNullable(blobs.remove(key));
    }

    @Override
    public Listing list(String bucket, Query query) {
        List<Blob> found = blobs.values().stream().filter(blob -> blob.key().startsWith(query.prefix()) && blob.key().compareTo(query.after()) > 0)
                .limit(query.limit() + 1L).toList();
        boolean more = found.size() > query.limit();
        List<Blob> page = more ? found.subList(0, query.limit()) : found;
        return new Listing(page, List.of(), more, page.isEmpty() ? "" : page.get(page.size() - 1).key(), "");
    }

    @Override
    public List<Bucket> buckets() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Bucket update(String bucket, UnaryOperator<Map<String, String>> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String bucket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Usage usage(String bucket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Staged stage(Blob blob, long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Blob mark(String bucket, String key, Keeping keeping, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Blob> find(String bucket, String key, String version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Upload begin(String bucket, String key, Map<String, String> attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Upload> upload(String bucket, String key, String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Upload> uploads(String bucket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Part put(Upload upload, int number, Staged bytes, Map<String, String> attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Part> parts(Upload upload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Blob complete(Upload upload, List<Part> parts, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort(Upload upload) {
        throw new UnsupportedOperationException();
    }
}
