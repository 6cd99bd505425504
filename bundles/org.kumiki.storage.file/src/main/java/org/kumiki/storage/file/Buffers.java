package org.kumiki.storage.file;

import java.nio.ByteBuffer;

/** One buffer a thread, outside the heap. Whoever needs one in the middle of using it gets another one. */
final class Buffers {

    /** Some blocks, or a record with a small content. */
    static final int SIZE = 4 * Blocks.SIZE;

    private static final ThreadLocal<ByteBuffer> SPARE = new ThreadLocal<>();

    private Buffers() {
    }

    static ByteBuffer take() {
        ByteBuffer spare = SPARE.get();
        SPARE.set(null);
        return spare == null ? ByteBuffer.allocateDirect(SIZE) : spare.clear();
    }

    static void giveBack(ByteBuffer buffer) {
        SPARE.set(buffer);
    }
}
