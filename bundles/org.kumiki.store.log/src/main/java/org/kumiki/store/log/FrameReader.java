package org.kumiki.store.log;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.kumiki.api.journal.JournalException;

/** Reads the frames of one file, the first one first. */
final class FrameReader implements AutoCloseable {

    private final Path file;
    private final long size;
    private final InputStream in;
    private long end;

    FrameReader(Path file) throws IOException {
        this.file = file;
        size = Files.size(file);
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 18);
    }

    /**
     * The next frame; nothing at the end, and nothing where a frame was cut off, because the process died while it was written.
     *
     * @throws JournalException if a frame is there and is not as it was written
     */
    Optional<Frame> next() throws IOException {
        byte[] bytes = in.readNBytes(Frame.HEADER);
        if (bytes.length < Frame.HEADER) {
            return Optional.empty();
        }
        Optional<Frame.Header> header = Frame.Header.of(bytes);
        if (header.isEmpty() && isZero(bytes) && isRestZero()) {
            // A file system may have made the file longer without having written to it when the power went.
            return Optional.empty();
        }
        if (header.isEmpty()) {
            throw damaged();
        }
        if (header.get().length() > size - end - Frame.HEADER) {
            return Optional.empty();
        }
        byte[] payload = in.readNBytes(header.get().length());
        if (!header.get().fits(payload)) {
            throw damaged();
        }
        end += Frame.HEADER + payload.length;
        return Optional.of(Frame.of(header.get(), payload));
    }

    /** Where the last whole frame ends. */
    long end() {
        return end;
    }

    /** Whether something follows there: the beginning of a frame. */
    boolean isTorn() {
        return end < size;
    }

    JournalException damaged() {
        return new JournalException("the journal is damaged: " + file + " is not as it was written from byte " + end + " on", false, null);
    }

    private static boolean isZero(byte[] bytes) {
        for (byte each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isRestZero() throws IOException {
        for (byte[] bytes = in.readNBytes(1 << 16); bytes.length > 0; bytes = in.readNBytes(1 << 16)) {
            if (!isZero(bytes)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
