package org.kumiki.store.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers how many appends there were, because a log that has lost its end looks like one that never had it. The number is written after
 * the fact and nothing waits for it, so it may lag behind, but never says too much.
 */
final class Witness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);
    private static final int DIGITS = 19;

    /** Not a channel, which would be closed if the thread were interrupted. */
    private final RandomAccessFile file;

    Witness(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** The last number it was told of; 0 if there is none. */
    long read() {
        byte[] bytes = new byte[DIGITS];
        try {
            file.seek(0);
            int length = Math.max(0, file.read(bytes));
            String digits = new String(bytes, 0, length, StandardCharsets.US_ASCII);
            // After a power cut the file may be empty, or hold zeros.
            return digits.matches("[0-9]{" + DIGITS + "}") ? Long.parseLong(digits) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does its best: what it is told has happened already. */
    void write(long appends) {
        try {
            file.seek(0);
            file.write(String.format("%0" + DIGITS + "d", appends).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("The number of appends could not be written down", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
