package org.kumiki.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import software.amazon.awssdk.core.sync.RequestBody;

/** Blocks on their way to the cluster. They stay until the cluster has them, so that they can be sent again. Not thread-safe. */
final class Body {

    private static final String TYPE = "application/octet-stream";

    private final long seed;
    private final long first;
    private final List<ByteBuffer> blocks = new ArrayList<>();
    private long held;
    private long stored;

    /** @param first the number of its first block */
    Body(long seed, long first) {
        this.seed = seed;
        this.first = first;
    }

    /**
     * Takes the next block in.
     *
     * @return whether there may be another one
     */
    boolean take(InputStream source) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BLOCK + Blocks.CHECKSUM);
        int length = source.readNBytes(block.array(), 0, Blocks.BLOCK);
        if (length > 0) {
            block.position(length);
            Blocks.seal(block, seed, first + blocks.size());
            blocks.add(block.flip());
            held += length;
            stored += block.limit();
        }
        return length == Blocks.BLOCK;
    }

    int blocks() {
        return blocks.size();
    }

    /** How many bytes are in it, without checksums. */
    long held() {
        return held;
    }

    RequestBody toRequest() {
        return RequestBody.fromContentProvider(this::open, stored, TYPE);
    }

    private InputStream open() {
        return new SequenceInputStream(Collections.enumeration(blocks.stream()
                .map(block -> new ByteArrayInputStream(block.array(), 0, block.limit())).toList()));
    }
}
