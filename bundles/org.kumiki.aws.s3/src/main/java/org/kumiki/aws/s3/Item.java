package org.kumiki.aws.s3;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.kumiki.api.blob.Blob;

/** A version of an object: what is remembered of a blob, with names. */
record Item(Blob blob) {

    static final String ETAG = "etag";
    static final String SIZE = "size";
    static final String PARTS = "parts";
    static final String HEADER = "header.";
    static final String META = "meta.";

    String etag() {
        return blob.attributes().getOrDefault(ETAG, "");
    }

    String quotedEtag() {
        return "\"" + etag() + "\"";
    }

    /** As clients see it: what is encrypted takes more room. */
    long size() {
        String size = blob.attributes().get(SIZE);
        return size == null ? blob.size() : Long.parseLong(size);
    }

    String owner() {
        return blob.attributes().getOrDefault("owner", "");
    }

    Acl acl() {
        return Acl.of(blob.attributes());
    }

    /** Headers that were sent with it, and are sent back. */
    Map<String, String> headers() {
        return with(HEADER);
    }

    Map<String, String> metadata() {
        return with(META);
    }

    String storageClass() {
        return blob.attributes().getOrDefault(HEADER + "x-amz-storage-class", "STANDARD");
    }

    Optional<StoredChecksum> checksum() {
        return StoredChecksum.of(blob.attributes());
    }

    /** The parts that it was brought in; empty if it came as a whole. */
    List<Piece> parts() {
        String parts = blob.attributes().get(PARTS);
        return parts == null ? List.of() : Piece.parse(parts);
    }

    /** How its bytes are laid out, whether there are parts or not. */
    List<Piece> layout() {
        List<Piece> parts = parts();
        return parts.isEmpty() ? List.of(new Piece(1, size(), blob.attributes().getOrDefault(Sealing.SALT, ""), "")) : parts;
    }

    private Map<String, String> with(String prefix) {
        Map<String, String> found = new TreeMap<>();
        blob.attributes().forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }
}
