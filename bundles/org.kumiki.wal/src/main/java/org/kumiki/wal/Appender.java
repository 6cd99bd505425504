package org.kumiki.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes to the end of the log. Only one thread does. */
final class Appender<R> implements AutoCloseable {

    private final Segments segments;
    private final Disk disk;
    private final State<R> state;
    private final long segmentBytes;
    private final FrameWriter frames = new FrameWriter();
    /** Null until it is opened. */
    private FileChannel out;
    private Segment current;
    /** Something was written that may be on the disk, and is not acknowledged. */
    private boolean torn;

    Appender(Segments segments, Disk disk, State<R> state, long segmentBytes) {
        this.segments = segments;
        this.disk = disk;
        this.state = state;
        this.segmentBytes = segmentBytes;
    }

    /** Gets ready to go on with a segment, from whose end everything is cut off that is no whole commit. */
    void goOn(Segment segment, long salt) throws IOException {
        frames.goOn(salt);
        current = segment;
        out = disk.open(segment.path(), StandardOpenOption.WRITE);
        cutOff();
    }

    /** All of it is on the disk, and carried out, when this returns; or nothing is. */
    void append(List<Commit<R>> batch) throws IOException {
        boolean rolls = batch.stream().anyMatch(commit -> commit.atRoll().isPresent());
        if (current.size() >= segmentBytes || rolls && current.size() > FrameWriter.ORIGIN_SIZE) {
            begin(current.number() + 1);
        }
        for (Commit<R> commit : batch) {
            commit.atRoll().ifPresent(Runnable::run);
        }
        long start = current.size();
        if (write(batch, start)) {
            long position = start;
            for (Commit<R> commit : batch) {
                position = apply(commit, position);
            }
        }
    }

    private boolean write(List<Commit<R>> batch, long start) throws IOException {
        boolean any = false;
        try {
            cutOff();
            out.position(start);
            torn = true;
            for (Commit<R> commit : batch) {
                for (Frame frame : commit.frames()) {
                    frames.put(out, frame, start);
                    any = true;
                }
            }
            frames.write(out);
            if (any) {
                out.force(false);
            }
            torn = false;
            return any;
        } catch (IOException e) {
            try {
                cutOff();
            } catch (IOException again) {
                // The next append begins with it.
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private long apply(Commit<R> commit, long from) {
        long position = from;
        for (int i = 0; i < commit.records().size(); i++) {
            int size = commit.frames().get(i).size();
            Place place = new Place(current.number(), position, size);
            position += size;
            // Whoever learns of the place can read there.
            current.grow(position);
            state.apply(commit.records().get(i), place);
        }
        return position;
    }

    /** Removes what is left of a batch that failed, or that the process died in. */
    private void cutOff() throws IOException {
        if (torn || out.size() != current.size()) {
            out.truncate(current.size());
            out.force(true);
            torn = false;
        }
    }

    void begin(long number) throws IOException {
        if (out != null) {
            cutOff();
        }
        Segment next = segments.newSegment(number);
        FileChannel file = disk.open(next.path(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            frames.begin(file);
            file.force(true);
            disk.sync(next.path().getParent());
        } catch (IOException e) {
            file.close();
            throw e;
        }
        if (out != null) {
            out.close();
        }
        out = file;
        current = next;
        segments.add(next);
    }

    /** Of the segment that is written to. */
    long segment() {
        return current.number();
    }

    @Override
    public void close() throws IOException {
        if (out == null) {
            return;
        }
        try {
            if (torn) {
                cutOff();
            }
        } finally {
            out.close();
        }
    }
}
