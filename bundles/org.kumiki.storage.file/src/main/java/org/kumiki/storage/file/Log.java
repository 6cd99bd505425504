package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;

import org.kumiki.api.blob.BlobException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that changes are only ever appended to. Whatever has come while a batch went to the disk is the next batch: one flush for all of them. A
 * thread of its own writes, so that no interrupt of a caller closes the file, and carries the changes out in the index when they are durable.
 */
final class Log {

    private static final Logger LOG = LoggerFactory.getLogger(Log.class);

    /** So much goes into a batch at most, that those at its end need not wait too long. */
    private static final long BATCH = 16 << 20;

    private final LogFiles files;
    private final Disk disk;
    private final Index index;
    private final long segmentBytes;
    private final Reserve reserve;
    private final Runnable afterBatch;
    private final FrameWriter frames = new FrameWriter();
    private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final Thread writer = new Thread(this::writeBatches, "kumiki-blobs-log");
    private final Queue<Commit> queue = new ArrayDeque<>();
    private boolean closed;

    /** Of the current segment; only the writer's. */
    private FileChannel out;
    private volatile Segment current;
    /** Something was written that may be on the disk, and is not acknowledged. */
    private boolean torn;

    /**
     * @param reserve    for those who make room on a full disk
     * @param afterBatch looks whether there is something to tidy up
     */
    Log(LogFiles files, Disk disk, Index index, long segmentBytes, Reserve reserve, Runnable afterBatch) {
        this.files = files;
        this.disk = disk;
        this.index = index;
        this.segmentBytes = segmentBytes;
        this.reserve = reserve;
        this.afterBatch = afterBatch;
    }

    /**
     * Carries all changes out that are in the segments, and gets ready to go on where they end.
     *
     * @param first the segment before which a checkpoint stands for the changes
     */
    void open(long first) throws IOException {
        List<Long> numbers = files.segments();
        long last = numbers.isEmpty() ? first - 1 : numbers.get(numbers.size() - 1);
        for (long number : numbers) {
            Path path = files.segment(number);
            segments.put(number, new Segment(number, path, Files.size(path)));
        }
        for (long number = first; number <= last; number++) {
            if (!segments.containsKey(number)) {
                throw new IOException(files.segment(number) + " is missing");
            }
            replay(segments.get(number), number == last);
        }
        if (last < first || segments.get(last).size() == 0) {
            begin(Math.max(first, last));
        } else {
            current = segments.get(last);
            out = disk.open(current.path(), StandardOpenOption.WRITE);
            cutOff();
        }
    }

    private void replay(Segment segment, boolean isLast) throws IOException {
        try (FrameReader reader = new FrameReader(segment.path(), segment.number(), isLast)) {
            for (Optional<FrameReader.Read> read = reader.next(); read.isPresent(); read = reader.next()) {
                read.get().change().applyTo(index, read.get().place());
            }
            segment.grow(reader.end());
            frames.goOn(reader.salt());
        }
    }

    boolean has(Place place) {
        Segment segment = segments.get(place.segment());
        return segment != null && place.position() + place.length() <= segment.size();
    }

    /** Fills the buffer with what is at a place. */
    void read(Place place, ByteBuffer into) throws IOException {
        Segment segment = segments.get(place.segment());
        if (segment == null) {
            throw new IOException(files.segment(place.segment()) + " is missing");
        }
        segment.file().read(into, place.position());
    }

    Path file(Place place) {
        return files.segment(place.segment());
    }

    /** All of it but what is being written. */
    List<Segment> segmentsBefore(long number) {
        return List.copyOf(segments.headMap(number).values());
    }

    long bytes() {
        return segments.values().stream().mapToLong(Segment::size).sum();
    }

    long bytesFrom(long number) {
        return segments.tailMap(number).values().stream().mapToLong(Segment::size).sum();
    }

    void remove(Segment segment) throws IOException {
        segments.remove(segment.number());
        segment.file().close();
        Files.delete(segment.path());
    }

    void start() {
        writer.start();
    }

    /** Returns when the changes are durable, and carried out. */
    void commit(Commit commit) {
        synchronized (queue) {
            if (closed) {
                throw Failures.closed();
            }
            queue.add(commit);
            queue.notifyAll();
        }
        await(commit.done());
    }

    private static void await(CompletableFuture<?> done) {
        try {
            done.join();
        } catch (CompletionException e) {
            BlobException failure = (BlobException) e.getCause();
            // One of its own for each who waited, with his own trace.
            throw new BlobException(failure.reason(), failure.getMessage(), failure);
        }
    }

    /** Begins the next segment, and tells its number. The changes in those before it have been carried out when this returns. */
    long roll() {
        commit(Commit.inNextSegment());
        return current.number();
    }

    /** Waits for what has been asked for, and refuses everything else. */
    void close() throws IOException {
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Segment segment : segments.values()) {
            segment.file().close();
        }
        if (out != null) {
            try {
                if (torn) {
                    cutOff();
                }
            } finally {
                out.close();
            }
        }
    }

    private void writeBatches() {
        for (List<Commit> batch = next(); !batch.isEmpty(); batch = next()) {
            try {
                write(batch);
                afterBatch.run();
            } catch (IOException e) {
                fail(batch, e);
            } catch (RuntimeException | Error e) {
                LOG.error("The store of blobs has a defect and changes nothing any more before it is started again", e);
                refuse(batch);
            }
        }
    }

    private void refuse(List<Commit> batch) {
        List<Commit> all = new ArrayList<>(batch);
        synchronized (queue) {
            closed = true;
            all.addAll(queue);
            queue.clear();
        }
        all.forEach(commit -> commit.done().completeExceptionally(Failures.closed()));
    }

    private void fail(List<Commit> batch, IOException cause) {
        if (batch.size() == 1 && !batch.get(0).makesRoom()) {
            batch.get(0).fail(cause);
            return;
        }
        // Some may fit where all do not: it must be possible to delete when a disk is full.
        for (Commit commit : batch) {
            if (commit.makesRoom()) {
                reserve.give();
            }
            try {
                write(List.of(commit));
            } catch (IOException e) {
                commit.fail(e);
            }
        }
    }

    /** Nothing, if there is nothing more to come. */
    private List<Commit> next() {
        List<Commit> batch = new ArrayList<>();
        synchronized (queue) {
            while (queue.isEmpty() && !closed) {
                try {
                    queue.wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts the writer", e);
                }
            }
            for (long bytes = 0; !queue.isEmpty() && bytes < BATCH; bytes += batch.get(batch.size() - 1).bytes()) {
                batch.add(queue.remove());
            }
        }
        return batch;
    }

    private void write(List<Commit> batch) throws IOException {
        if (current.size() >= segmentBytes || current.size() > FrameWriter.ORIGIN_SIZE && batch.stream().anyMatch(Commit::isInNextSegment)) {
            begin(current.number() + 1);
        }
        Set<Path> directories = new LinkedHashSet<>();
        batch.forEach(commit -> directories.addAll(commit.directories()));
        for (Path directory : directories) {
            disk.sync(directory);
        }
        append(batch.stream().flatMap(commit -> commit.frames().stream()).toList());
        batch.forEach(commit -> commit.done().complete(null));
    }

    private void append(List<Frame> changes) throws IOException {
        long start = current.size();
        if (changes.isEmpty()) {
            return;
        }
        try {
            cutOff();
            out.position(start);
            torn = true;
            for (Frame frame : changes) {
                frames.put(out, frame, start);
            }
            frames.flush(out);
            out.force(false);
            torn = false;
        } catch (IOException e) {
            try {
                cutOff();
            } catch (IOException again) {
                // The next append begins with it.
                e.addSuppressed(again);
            }
            throw e;
        }
        long position = start;
        for (Frame frame : changes) {
            Place place = new Place(current.number(), position, frame.size());
            position += frame.size();
            current.grow(position);
            frame.change().applyTo(index, place);
        }
    }

    /** Removes what is left of a batch that failed, or that the process died in. */
    private void cutOff() throws IOException {
        if (torn || out.size() != current.size()) {
            out.truncate(current.size());
            out.force(true);
            torn = false;
        }
    }

    private void begin(long number) throws IOException {
        if (out != null) {
            cutOff();
        }
        Path path = files.segment(number);
        Change.Origin origin = index.origin();
        FileChannel next = disk.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            frames.begin(next, origin);
            next.force(true);
            disk.sync(files.directory());
        } catch (IOException e) {
            next.close();
            throw e;
        }
        if (out != null) {
            out.close();
        }
        out = next;
        frames.goOn(origin.salt());
        current = new Segment(number, path, FrameWriter.ORIGIN_SIZE);
        segments.put(number, current);
    }
}
