package org.kumiki.wal;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that records are only ever appended to, and the state that they come to. Whatever has come while a batch went to the disk is the next batch: one
 * flush for all of it. A thread of its own writes, so that no interrupt of a caller closes a file, and carries the records out when they are durable.
 * <p>
 * Records that were appended together are there together after a crash, or not at all. Those that were being written when the process died are cut off
 * at the next start; bad bytes anywhere else are a {@link DamagedException}. When the disk is full, appending fails and leaves nothing behind, but for
 * what makes room ({@link Codec#makesRoom}); there is no need to start again when there is room.
 * <p>
 * When most of the log is not needed any more, or reading it would take long at the next start, the state is written to a checkpoint in the background;
 * what is still needed of segments that mostly are not is moved; and segments of which nothing is needed go.
 * <p>
 * Thread-safe.
 *
 * @param <R> what a record says
 */
public final class WriteAheadLog<R> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WriteAheadLog.class);

    /** What a flush is waited for is at most this part of it. */
    private static final int PATIENCE = 4;

    private final Options options;
    private final Codec<R> codec;
    private final LogFiles files;
    private final Segments segments;
    private final Appender<R> appender;
    private final Reserve reserve;
    private final Housekeeping<R> housekeeping;
    private final CommitQueue<R> queue = new CommitQueue<>();
    private final Thread writer;

    private WriteAheadLog(Options options, Codec<R> codec, State<R> state, LogFiles files) {
        this.options = options;
        this.codec = codec;
        this.files = files;
        segments = new Segments(files);
        appender = new Appender<>(segments, options.disk(), state, options.segmentBytes());
        reserve = new Reserve(files.reserve(), options.disk());
        housekeeping = new Housekeeping<>(this, options, codec, state, files, segments, reserve);
        writer = new Thread(this::writeBatches, options.name() + "-log");
    }

    /**
     * Makes a state what the log in a directory says, and gets ready to go on.
     *
     * @param state in which nothing has happened yet
     * @throws DamagedException if what is on the disk is not what was put there
     * @throws IOException      if the directory cannot be used, or somebody else uses it
     */
    public static <R> WriteAheadLog<R> open(Options options, Codec<R> codec, State<R> state) throws IOException {
        Files.createDirectories(options.directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        LogFiles files = new LogFiles(options.directory(), options.disk());
        WriteAheadLog<R> log = new WriteAheadLog<>(options, codec, state, files);
        try {
            log.open(state);
        } catch (IOException | RuntimeException e) {
            log.appender.close();
            log.segments.close();
            files.close();
            throw e;
        }
        return log;
    }

    private void open(State<R> state) throws IOException {
        long first = files.newestCheckpoint().orElse(1);
        if (files.newestCheckpoint().isPresent()) {
            Checkpoint.read(files.checkpoint(first), codec, state);
        }
        files.removeCheckpointsBefore(first);
        List<Segment> found = segments.find();
        long last = found.isEmpty() ? first - 1 : found.get(found.size() - 1).number();
        long salt = FrameWriter.NO_SALT;
        for (long number = first; number <= last; number++) {
            salt = replay(segments.get(number), state, number == last);
        }
        if (last < first || segments.get(last).size() == 0) {
            appender.begin(Math.max(first, last));
        } else {
            appender.goOn(segments.get(last), salt);
        }
        housekeeping.start(first);
        writer.start();
    }

    private long replay(Segment segment, State<R> state, boolean isLast) throws IOException {
        try (FrameReader<R> reader = new FrameReader<>(segment.path(), segment.number(), codec, isLast)) {
            for (List<FrameReader.Read<R>> read = reader.next(); !read.isEmpty(); read = reader.next()) {
                read.forEach(each -> state.apply(each.record(), each.place()));
            }
            segment.grow(reader.end());
            return reader.salt();
        }
    }

    /**
     * Appends records, all of them or none. They are written down in the order in which this is called.
     *
     * @return completed when they are durable and carried out, or with an {@link IOException} if nothing of them is there: a {@link ClosedException}, or
     *         what the disk says ({@link Disk#isFull})
     */
    public CompletableFuture<Void> append(List<? extends R> records) {
        return commit(Commit.of(List.copyOf(records), codec));
    }

    private CompletableFuture<Void> commit(Commit<R> commit) {
        if (!queue.add(commit)) {
            commit.done().completeExceptionally(closed(null));
        }
        return commit.done();
    }

    private ClosedException closed(Throwable cause) {
        return new ClosedException("the log of " + options.name() + " takes nothing any more before it is opened again", cause);
    }

    /**
     * Reads a record once more.
     *
     * @throws DamagedException if it is not as it was written
     * @throws IOException      if it cannot be read, also because it has been {@link State#move moved} meanwhile
     */
    public R read(Place place) throws IOException {
        try {
            return codec.read(new Decoder(segments.read(place)));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new DamagedException(files.segment(place.segment()), place.position(), e);
        }
    }

    /** How much room its segments take. */
    public long bytes() {
        return segments.bytes();
    }

    /** Begins the next segment, and runs something before anything is carried out that comes in it. */
    CompletableFuture<Void> roll(Runnable atRoll) {
        return commit(Commit.ofRoll(atRoll));
    }

    /** Only for those who are called by the log's own thread. */
    long segment() {
        return appender.segment();
    }

    /** Writes down what has been appended, and takes nothing more. */
    @Override
    public void close() throws IOException {
        housekeeping.close();
        queue.close();
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
        try {
            appender.close();
        } finally {
            segments.close();
            reserve.close();
            files.close();
        }
    }

    private void writeBatches() {
        int before = 1;
        long patience = 0;
        for (List<Commit<R>> batch = queue.take(before, patience); !batch.isEmpty(); batch = queue.take(before, patience)) {
            long begin = System.nanoTime();
            try {
                appender.append(batch);
                complete(batch);
                housekeeping.look();
            } catch (IOException e) {
                fail(batch, e);
            } catch (RuntimeException | Error e) {
                LOG.error("{} has a defect and changes nothing any more before it is started again", options.name(), e);
                refuse(batch, e);
                return;
            }
            before = batch.size();
            patience = (System.nanoTime() - begin) / PATIENCE;
        }
    }

    private void complete(List<Commit<R>> batch) {
        options.answers().execute(() -> batch.forEach(commit -> commit.done().complete(null)));
    }

    private void fail(Commit<R> commit, IOException cause) {
        options.answers().execute(() -> commit.done().completeExceptionally(cause));
    }

    /** Some may fit where all do not: it must be possible to delete when a disk is full. */
    private void fail(List<Commit<R>> batch, IOException cause) {
        if (batch.size() == 1 && !batch.get(0).makesRoom()) {
            fail(batch.get(0), cause);
            return;
        }
        for (Commit<R> commit : batch) {
            if (commit.makesRoom()) {
                reserve.give();
            }
            try {
                appender.append(List.of(commit));
                complete(List.of(commit));
            } catch (IOException e) {
                fail(commit, e);
            }
        }
    }

    /** Whether what has been written is there is not known before the next start. */
    private void refuse(List<Commit<R>> batch, Throwable cause) {
        batch.forEach(commit -> fail(commit, closed(cause)));
        queue.abandon().forEach(commit -> fail(commit, closed(cause)));
    }
}
