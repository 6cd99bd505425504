package org.kumiki.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/** Copies what comes into the store, within limits, and takes its checksum on the way. Runs of zeroes become holes, which take no room. */
public final class Intake {

    private static final int BLOCK = 64 << 10;
    private static final long REPORT_EVERY = 64L << 20;
    private static final byte[] ZEROES = new byte[BLOCK];

    private final long mostBytes;
    private final Room room;
    private final Consumer<String> progress;

    /**
     * @param mostBytes after which a source is cut off
     * @param progress  told how far it is, in words for people
     */
    public Intake(long mostBytes, Room room, Consumer<String> progress) {
        this.mostBytes = mostBytes;
        this.room = room;
        this.progress = progress;
    }

    /**
     * Copies a source to its end into an empty file.
     *
     * @return the SHA-256 of what came, in lower-case hexadecimal
     */
    public String copy(InputStream source, FileChannel file) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK];
        long total = 0;
        for (int count = source.readNBytes(block, 0, BLOCK); count > 0; count = source.readNBytes(block, 0, BLOCK)) {
            if (Thread.interrupted()) {
                throw new IOException("the store is stopping");
            }
            if (total + count > mostBytes) {
                throw new StorageException(Reason.REFUSED, "The image is larger than the " + (mostBytes >> 20) + " MiB that are allowed.");
            }
            digest.update(block, 0, count);
            if (!Arrays.equals(block, 0, count, ZEROES, 0, count)) {
                write(file, ByteBuffer.wrap(block, 0, count), total);
            }
            total += count;
            if (total % REPORT_EVERY == 0) {
                room.check();
                progress.accept((total >> 20) + " MiB copied");
            }
        }
        if (file.size() < total) { // it ends with a hole
            write(file, ByteBuffer.allocate(1), total - 1);
        }
        file.force(true);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
