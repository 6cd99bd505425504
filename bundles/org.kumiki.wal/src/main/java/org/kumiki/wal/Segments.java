package org.kumiki.wal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The files of the log, which any thread may read. */
final class Segments implements AutoCloseable {

    private final LogFiles files;
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

    Segments(LogFiles files) {
        this.files = files;
    }

    /** Those that are there. */
    List<Segment> find() throws IOException {
        for (long number : files.segments()) {
            Segment segment = newSegment(number);
            segment.grow(Files.size(segment.path()));
            segments.put(number, segment);
        }
        return List.copyOf(segments.values());
    }

    Segment newSegment(long number) {
        return new Segment(number, files.segment(number), FrameWriter.ORIGIN_SIZE);
    }

    void add(Segment segment) {
        segments.put(segment.number(), segment);
    }

    Segment get(long number) throws IOException {
        Segment segment = segments.get(number);
        if (segment == null) {
            throw new IOException(files.segment(number) + " is missing");
        }
        return segment;
    }

    /** The payload of a record, checked. */
    ByteBuffer read(Place place, ByteBuffer into) throws IOException {
        Segment segment = get(place.segment());
        ByteBuffer bytes = into.slice(into.position(), place.length());
        try {
            segment.file().read(bytes, place.position());
        } catch (EOFException e) {
            throw new DamagedException(segment.path(), place.position(), e);
        }
        ByteBuffer payload = bytes.flip().slice(Frame.HEADER, place.length() - Frame.HEADER);
        if (!Frame.Header.unchecked(bytes).fits(payload)) {
            throw new DamagedException(segment.path(), place.position(), null);
        }
        return payload;
    }

    boolean has(Place place) {
        Segment segment = segments.get(place.segment());
        return segment != null && place.position() + place.length() <= segment.size();
    }

    List<Segment> before(long number) {
        return List.copyOf(segments.headMap(number).values());
    }

    long bytes() {
        return bytesFrom(0);
    }

    long bytesFrom(long number) {
        long bytes = 0;
        for (Segment segment : segments.tailMap(number).values()) {
            bytes += segment.size();
        }
        return bytes;
    }

    void remove(Segment segment) throws IOException {
        segments.remove(segment.number());
        segment.file().close();
        Files.deleteIfExists(segment.path());
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.file().close();
        }
    }
}
