package org.kumiki.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/**
 * Of which blocks a disk consists.
 *
 * @param size   of the disk in bytes
 * @param blocks by the SHA-256 of what is in them, in hexadecimal; empty text for one of zeroes. All are of one size but the last.
 */
record SnapshotManifest(long size, List<String> blocks) {

    /** As EBS has it: small enough that a little change costs little. */
    static final int BLOCK = 512 << 10;

    private static final long MARK = ByteBuffer.wrap("KUMISNAP".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int HASH = 32;
    private static final HexFormat HEX = HexFormat.of();

    SnapshotManifest {
        blocks = List.copyOf(blocks);
        if (size < 0 || blocks.size() != count(size)) {
            throw new IllegalArgumentException("a disk of " + size + " bytes has not " + blocks.size() + " blocks");
        }
    }

    static long count(long size) {
        return (size + BLOCK - 1) / BLOCK;
    }

    /** How many bytes a block has. */
    int length(int block) {
        return (int) Math.min(BLOCK, size - (long) block * BLOCK);
    }

    /** The blocks that are kept, each once. */
    Set<String> contents() {
        Set<String> contents = new TreeSet<>(blocks);
        contents.remove("");
        return contents;
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES + blocks.size() * HASH).putLong(MARK).putLong(size);
        for (String block : blocks) {
            bytes.put(block.isEmpty() ? new byte[HASH] : HEX.parseHex(block));
        }
        return bytes.array();
    }

    static SnapshotManifest of(byte[] bytes) {
        try {
            ByteBuffer from = ByteBuffer.wrap(bytes);
            if (from.getLong() != MARK) {
                throw new IllegalArgumentException("it has another beginning");
            }
            long size = from.getLong();
            List<String> blocks = new ArrayList<>();
            byte[] hash = new byte[HASH];
            String zeroes = HEX.formatHex(new byte[HASH]);
            while (from.hasRemaining()) {
                from.get(hash);
                String text = HEX.formatHex(hash);
                blocks.add(text.equals(zeroes) ? "" : text);
            }
            return new SnapshotManifest(size, blocks);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new StorageException(Reason.UNAVAILABLE, "The list of a snapshot's blocks is damaged: " + e.getMessage(), e);
        }
    }
}
