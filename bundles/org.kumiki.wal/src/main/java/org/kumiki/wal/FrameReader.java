package org.kumiki.wal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the records of one file, the first one first. */
final class FrameReader<R> implements AutoCloseable {

    private final Path file;
    private final long segment;
    private final Codec<R> codec;
    private final boolean mayBeTorn;
    private final long size;
    private final InputStream in;
    /** Where the last whole commit ends. */
    private long end;
    /** How far has been read. */
    private long position;
    private long salt = FrameWriter.NO_SALT;
    private boolean complete;

    /** What a record says, and where it is. */
    record Read<R>(R record, Place place) {
    }

    private record Raw(Frame.Header header, ByteBuffer payload, Place place) {
    }

    /** @param mayBeTorn whether the process may have died while it was written */
    FrameReader(Path file, long segment, Codec<R> codec, boolean mayBeTorn) throws IOException {
        this.file = file;
        this.segment = segment;
        this.codec = codec;
        this.mayBeTorn = mayBeTorn;
        size = Files.size(file);
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 20);
    }

    /**
     * The records of the next commit; none at the end, and none where the batch begins in which the process died.
     *
     * @throws DamagedException if a record is there and is not as it was written
     */
    List<Read<R>> next() throws IOException {
        List<Read<R>> commit = new ArrayList<>();
        while (position < size) {
            Optional<Raw> raw = raw();
            if (raw.isEmpty()) {
                return torn();
            }
            position += raw.get().place().length();
            if (raw.get().header().has(Frame.OWN)) {
                setSalt(raw.get().payload().getLong(0));
                continue;
            }
            R record = read(raw.get());
            codec.salt(record).ifPresent(this::setSalt);
            commit.add(new Read<>(record, raw.get().place()));
            if (!raw.get().header().has(Frame.MORE)) {
                end = position;
                return commit;
            }
        }
        return commit.isEmpty() ? commit : torn();
    }

    private Optional<Raw> raw() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(Frame.HEADER));
        Optional<Frame.Header> header = bytes.remaining() < Frame.HEADER ? Optional.empty() : Frame.Header.of(bytes, 0, salt);
        if (header.isEmpty() || header.get().length() > size - position - Frame.HEADER) {
            return Optional.empty();
        }
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(header.get().length()));
        return header.filter(good -> good.fits(payload)).map(good -> new Raw(good, payload, new Place(segment, position, Frame.HEADER + good.length())));
    }

    /** The first record of a file tells it, and the last one of a checkpoint once more. */
    private void setSalt(long told) {
        complete = end > 0;
        salt = told;
        end = position;
    }

    private R read(Raw raw) throws DamagedException {
        try {
            return codec.read(new Decoder(raw.payload()));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(file, raw.place().position(), e);
        }
    }

    /** Of the records so far. */
    long salt() {
        return salt;
    }

    /** Where the last whole commit ends. */
    long end() {
        return end;
    }

    /** Whether the end of a checkpoint has been read. */
    boolean isComplete() {
        return complete;
    }

    private List<Read<R>> torn() throws IOException {
        if (!mayBeTorn || isFollowed()) {
            throw new DamagedException(file, end, null);
        }
        return List.of();
    }

    /**
     * Whether a good record comes later whose batch starts later, so that what is here has been acknowledged. The first record is flushed alone; if it
     * is bad, no other can be told, but there may be one if there is room.
     */
    private boolean isFollowed() throws IOException {
        if (end == 0) {
            return size > FrameWriter.ORIGIN_SIZE + Frame.HEADER;
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
