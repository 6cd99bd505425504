package org.kumiki.storage.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Room for some blocks of a content, outside the heap. Their checksums are read to a place of their own, so that the bytes of several blocks are one
 * piece, which takes one call to hand on.
 */
final class BlockBuffer implements AutoCloseable {

    /** How many blocks: few enough that a processor still has the first in its cache when they are sent. */
    static final int COUNT = 4;

    private final ByteBuffer room = Buffers.take();
    private final ByteBuffer data = room.slice(0, COUNT * Blocks.DATA);
    private final ByteBuffer checksums = room.slice(COUNT * Blocks.DATA, COUNT * Blocks.CHECKSUM);
    /** The checksum and the data of the first block, of the second, and so on. */
    private final ByteBuffer[] parts = new ByteBuffer[2 * COUNT];

    BlockBuffer() {
        for (int i = 0; i < COUNT; i++) {
            parts[2 * i] = checksums.slice(i * Blocks.CHECKSUM, Blocks.CHECKSUM);
            parts[2 * i + 1] = data.slice(i * Blocks.DATA, Blocks.DATA);
        }
    }

    /**
     * Reads the next blocks of a file.
     *
     * @param last how many bytes of the content are in the last of them; the others are full
     * @throws EOFException if the file is too short
     */
    void read(FileChannel file, int count, int last) throws IOException {
        for (ByteBuffer part : parts) {
            part.clear();
        }
        parts[2 * count - 1].limit(last);
        while (parts[2 * count - 1].hasRemaining()) {
            if (file.read(parts, 0, 2 * count) < 0) {
                throw new EOFException("the file ends too early");
            }
        }
    }

    /** What should be the checksum of one of the blocks that have been read. */
    int checksum(int index) {
        return checksums.getInt(index * Blocks.CHECKSUM);
    }

    /** Bytes of the blocks that have been read, as if there were no checksums between them. */
    ByteBuffer data(int from, int length) {
        return data.slice(from, length);
    }

    @Override
    public void close() {
        Buffers.giveBack(room);
    }
}
