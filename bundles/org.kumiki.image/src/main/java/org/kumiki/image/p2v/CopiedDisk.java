package org.kumiki.image.p2v;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The copy of a disk, and what is known of each of its blocks: its checksum, or zeroes for a block of zeroes. A copy that has just begun, one
 * that was interrupted, and one that is a round old are all the same: what differs is copied. Checksums are forgotten before what they are of is
 * written, and written after it, so that none speaks of what a crash took. Of blocks behind the last checksum a new copy knows that they are
 * zeroes, and one that was interrupted knows nothing.
 */
final class CopiedDisk implements AutoCloseable {

    private static final int BLOCK = SourceDisk.BLOCK;
    private static final int SUM = SourceDisk.SUM;
    /** Blocks that are compared at a time. */
    private static final int CHUNK = 64;
    private static final byte[] ZERO = new byte[SUM];
    private static final byte UNKNOWN = -1;

    private final FileChannel disk;
    private final FileChannel sums;
    private final long size;
    private final boolean fresh;

    /** Told how many bytes have been looked at, and may end it. */
    interface Progress {
        void looked(long bytes) throws IOException;
    }

    CopiedDisk(Path disk, Path sums, long size) throws IOException {
        this.size = size;
        this.disk = FileChannel.open(disk, CREATE, READ, WRITE);
        this.sums = FileChannel.open(sums, CREATE, READ, WRITE);
        this.fresh = this.disk.size() == 0;
        if (fresh) {
            this.sums.truncate(0);
        }
        if (this.disk.size() != size) {
            this.disk.truncate(size);
            if (this.disk.size() < size) {
                this.disk.write(ByteBuffer.allocate(1), size - 1); // what is before it is a hole
            }
        }
    }

    /**
     * Makes what differs from the source like it.
     *
     * @param progress told how many bytes have been looked at
     * @return how many bytes were copied
     */
    long follow(SourceDisk source, Progress progress) throws IOException {
        long copied = 0;
        long blocks = blocks(size);
        for (long first = 0; first < blocks; first += CHUNK) {
            if (Thread.interrupted()) {
                throw new IOException("interrupted");
            }
            int count = (int) Math.min(CHUNK, blocks - first);
            byte[] known = known(first, count);
            byte[] changed = known.clone();
            boolean forgotten = false;
            // Of a chunk of which nothing is known everything is to be fetched; asking for checksums would have it read twice.
            byte[] there = isBlank(known) ? null : source.sums(first, count);
            int at = 0;
            while (at < count) {
                int end = at;
                while (end < count && (there == null || differs(known, there, end))) {
                    end++;
                }
                if (end > at && !forgotten) {
                    if (first * SUM < sums.size()) {
                        forget(first, known, there);
                    }
                    forgotten = true;
                }
                if (end > at) {
                    copied += fetch(source, first + at, end - at, changed, at);
                }
                at = end + 1;
            }
            if (forgotten) {
                disk.force(false);
                sums.write(ByteBuffer.wrap(changed), first * SUM);
            }
            progress.looked(Math.min(size, (first + count) * BLOCK));
        }
        disk.force(true);
        sums.force(true);
        return copied;
    }

    /** From now on nothing is known of the blocks that differ, also after a crash. */
    private void forget(long first, byte[] known, byte[] there) throws IOException {
        byte[] unknown = known.clone();
        for (int block = 0; block < known.length / SUM; block++) {
            if (there == null || differs(known, there, block)) {
                Arrays.fill(unknown, block * SUM, (block + 1) * SUM, UNKNOWN);
            }
        }
        sums.write(ByteBuffer.wrap(unknown), first * SUM);
        sums.force(false);
    }

    /** What is there when it comes counts, and not what was there when it was compared. */
    private long fetch(SourceDisk source, long first, int count, byte[] sumsOfChunk, int at) throws IOException {
        long copied = 0;
        source.read(first, count);
        for (int number = 0; number < count; number++) {
            long position = (first + number) * BLOCK;
            int length = (int) Math.min(BLOCK, size - position);
            byte[] bytes = source.next(length);
            int slot = (at + number) * SUM;
            if (bytes.length == 0 && isZero(sumsOfChunk, slot, position, length)) {
                System.arraycopy(ZERO, 0, sumsOfChunk, slot, SUM);
                continue; // a hole, and it stays one
            }
            write(ByteBuffer.wrap(bytes.length == 0 ? new byte[length] : bytes), position);
            copied += length;
            System.arraycopy(bytes.length == 0 ? ZERO : sha256(bytes), 0, sumsOfChunk, slot, SUM);
        }
        return copied;
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += disk.write(bytes, at);
        }
    }

    private static boolean differs(byte[] known, byte[] there, int block) {
        return !Arrays.equals(known, block * SUM, (block + 1) * SUM, there, block * SUM, (block + 1) * SUM);
    }

    private boolean isZero(byte[] sumsOfChunk, int slot, long position, int length) throws IOException {
        if (sumsOfChunk[slot] != UNKNOWN) {
            return Arrays.equals(sumsOfChunk, slot, slot + SUM, ZERO, 0, SUM);
        }
        ByteBuffer there = ByteBuffer.allocate(length);
        while (there.hasRemaining() && disk.read(there, position + there.position()) > 0) {
            // a channel may read less than it was asked for
        }
        return Arrays.equals(there.array(), new byte[length]);
    }

    private static boolean isBlank(byte[] known) {
        for (byte each : known) {
            if (each != 0 && each != UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    private byte[] known(long first, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * SUM);
        if (!fresh) {
            Arrays.fill(bytes.array(), UNKNOWN);
        }
        while (bytes.hasRemaining() && sums.read(bytes, first * SUM + bytes.position()) > 0) {
            // a channel may read less than it was asked for
        }
        return bytes.array();
    }

    private static long blocks(long size) {
        return (size + BLOCK - 1) / BLOCK;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (disk) {
            sums.close();
        }
    }
}
