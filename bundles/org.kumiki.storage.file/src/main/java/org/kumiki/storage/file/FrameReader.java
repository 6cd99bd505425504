package org.kumiki.storage.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads the records of one file, the first one first. */
final class FrameReader implements AutoCloseable {

    private final Path file;
    private final long segment;
    private final boolean mayBeTorn;
    private final long size;
    private final InputStream in;
    private long end;
    private long salt = FrameWriter.NO_SALT;

    /** What a record says, and where it is. */
    record Read(Change change, Place place) {
    }

    /** @param mayBeTorn whether the process may have died while it was written */
    FrameReader(Path file, long segment, boolean mayBeTorn) throws IOException {
        this.file = file;
        this.segment = segment;
        this.mayBeTorn = mayBeTorn;
        size = Files.size(file);
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 20);
    }

    /**
     * The next record; nothing at the end, and nothing where the batch begins in which the process died.
     *
     * @throws DamagedException if a record is there and is not as it was written
     */
    Optional<Read> next() throws IOException {
        if (end == size) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(Frame.HEADER));
        Optional<Frame.Header> header = bytes.remaining() < Frame.HEADER ? Optional.empty() : Frame.Header.of(bytes, 0, salt);
        if (header.isEmpty() || header.get().length() > size - end - Frame.HEADER) {
            return torn();
        }
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(header.get().length()));
        if (!header.get().fits(payload)) {
            return torn();
        }
        Place place = new Place(segment, end, Frame.HEADER + payload.remaining());
        try {
            Change change = Change.read(payload);
            if (change instanceof Change.Origin origin) {
                salt = origin.salt();
            }
            end += place.length();
            return Optional.of(new Read(change, place));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(file, end, e);
        }
    }

    /** Of the records so far. */
    long salt() {
        return salt;
    }

    /** Where the last whole record ends. */
    long end() {
        return end;
    }

    private Optional<Read> torn() throws IOException {
        if (!mayBeTorn || isFollowed()) {
            throw new DamagedException(file, end, null);
        }
        return Optional.empty();
    }

    /** Whether a good record comes later whose batch starts later, so that what is here has been acknowledged. An origin is flushed alone. */
    private boolean isFollowed() throws IOException {
        if (end == 0) {
            return size > FrameWriter.ORIGIN_SIZE;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer rest = channel.map(FileChannel.MapMode.READ_ONLY, end, size - end);
            for (int at = 1; at <= rest.limit() - Frame.HEADER; at++) {
                Optional<Frame.Header> header = Frame.Header.of(rest, at, salt);
                if (header.isPresent() && header.get().start() > end && isWhole(rest, at + Frame.HEADER, header.get())) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean isWhole(ByteBuffer bytes, int at, Frame.Header header) {
        return header.length() <= bytes.limit() - at && header.fits(bytes.slice(at, header.length()));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
