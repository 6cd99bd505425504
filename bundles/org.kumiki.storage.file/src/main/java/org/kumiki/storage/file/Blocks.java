package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a content lies in a file of its own: in blocks of 64 KiB, each with its checksum in front. The checksum goes over the number of the content and
 * of the block, too, so that a block in a wrong place is not taken for a right one.
 */
final class Blocks {

    /** With its checksum. */
    static final int SIZE = 1 << 16;
    static final int CHECKSUM = Integer.BYTES;
    static final int DATA = SIZE - CHECKSUM;

    private Blocks() {
    }

    /** How many bytes of a content are in one of its blocks. */
    static int length(long size, long block) {
        return (int) Math.min(DATA, size - block * DATA);
    }

    static int checksum(long content, long block, ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(content).putLong(block).flip());
        crc.update(data);
        return (int) crc.getValue();
    }
}
