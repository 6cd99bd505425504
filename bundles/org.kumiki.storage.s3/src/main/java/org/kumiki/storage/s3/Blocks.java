package org.kumiki.storage.s3;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How bytes lie in a content: in blocks, of which only the last may be short, each with a checksum behind it that covers where it belongs. So any
 * part can be checked without the rest.
 */
final class Blocks {

    static final int BLOCK = 1 << 16;
    static final int CHECKSUM = Integer.BYTES;

    private Blocks() {
    }

    /** How many bytes a content takes that has so many of its own. */
    static long stored(long held) {
        return held + CHECKSUM * ((held + BLOCK - 1) / BLOCK);
    }

    /** Where a block begins. */
    static long position(long block) {
        return block * (BLOCK + CHECKSUM);
    }

    /** Appends the checksum of what is in the buffer up to its position. */
    static void seal(ByteBuffer block, long seed, long number) {
        block.putInt(checksum(block.array(), block.position(), seed, number));
    }

    /** @param length of the block, with its checksum */
    static boolean isRight(byte[] block, int length, long seed, long number) {
        int data = length - CHECKSUM;
        return data > 0 && ByteBuffer.wrap(block).getInt(data) == checksum(block, data, seed, number);
    }

    private static int checksum(byte[] block, int length, long seed, long number) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(seed).putLong(number).flip());
        checksum.update(block, 0, length);
        return (int) checksum.getValue();
    }
}
