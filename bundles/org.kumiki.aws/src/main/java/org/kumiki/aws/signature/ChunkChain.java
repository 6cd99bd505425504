package org.kumiki.aws.signature;

/**
 * The signatures of a body that is signed while it flows: that of each chunk covers the one before, and the first that of the request. So no chunk can
 * be left out, moved or taken from another body. Not thread-safe.
 */
public final class ChunkChain {

    private static final String CHUNK = "AWS4-HMAC-SHA256-PAYLOAD";
    private static final String TRAILER = "AWS4-HMAC-SHA256-TRAILER";

    private final Hmac key;
    private final String timestamp;
    private final String scope;
    private String previous;

    ChunkChain(Hmac key, String timestamp, String scope, String seed) {
        this.key = key;
        this.timestamp = timestamp;
        this.scope = scope;
        this.previous = seed;
    }

    /** The signature of the next chunk; the chain goes on from it. */
    public String next(byte[] sha256) {
        return advance(CHUNK, Hashes.OF_NOTHING + "\n" + Hashes.hex(sha256));
    }

    /** The signature of what follows the last chunk: lines of the form {@code name:value}, each with its end. */
    public String trailer(String lines) {
        return advance(TRAILER, Hashes.sha256Hex(lines));
    }

    private String advance(String kind, String content) {
        previous = Hashes.hex(key.of(kind + "\n" + timestamp + "\n" + scope + "\n" + previous + "\n" + content));
        return previous;
    }
}
