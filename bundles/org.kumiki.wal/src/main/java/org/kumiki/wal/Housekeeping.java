package org.kumiki.wal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tidies up in the background. It takes a checkpoint, so that the records before it are no longer needed. Then it has moved what is needed of segments
 * that mostly are not to the end of the log, and removes the segments that nothing is left in.
 */
final class Housekeeping<R> {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long CLOSE_SECONDS = 30;
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final WriteAheadLog<R> log;
    private final Options options;
    private final Codec<R> codec;
    private final State<R> state;
    private final LogFiles files;
    private final Segments segments;
    private final Reserve reserve;
    private final ExecutorService background;
    private final AtomicBoolean tidying = new AtomicBoolean();
    private volatile long checkpoint;
    private volatile long checkpointBytes;
    /** Unused, of segments that nevertheless could not go. */
    private volatile long stuckBytes;
    /** By the system's nanoseconds: after a failure it is tried again some time later. */
    private volatile long notBefore = System.nanoTime();
    private volatile boolean closed;

    /** What is to be written of the moment at which a segment begins. */
    private record Roll<R>(long segment, State.Snapshot<R> snapshot) {
    }

    Housekeeping(WriteAheadLog<R> log, Options options, Codec<R> codec, State<R> state, LogFiles files, Segments segments, Reserve reserve) {
        this.log = log;
        this.options = options;
        this.codec = codec;
        this.state = state;
        this.files = files;
        this.segments = segments;
        this.reserve = reserve;
        background = Executors.newSingleThreadExecutor(task -> new Thread(task, options.name()));
    }

    void start(long newestCheckpoint) throws IOException {
        checkpoint = newestCheckpoint;
        Path file = files.checkpoint(newestCheckpoint);
        checkpointBytes = Files.exists(file) ? Files.size(file) : 0;
    }

    /** Quick; whoever has written to the log calls it. */
    void look() {
        if (!closed && (reserve.isGiven() || isDue()) && tidying.compareAndSet(false, true)) {
            try {
                background.execute(this::tidy);
            } catch (RejectedExecutionException e) {
                LOG.debug("{} is being closed; what is left is done after its next start", options.name(), e);
            }
        }
    }

    private void tidy() {
        try {
            if (reserve.isGiven()) {
                reserve.setAside();
            }
            if (isDue()) {
                tidyUp();
            }
        } catch (IOException | CompletionException | CancellationException e) {
            notBefore = System.nanoTime() + RETRY.toNanos();
            if (!closed) {
                LOG.warn("The log of {} could not be tidied up; it stays as it is", options.name(), e);
            }
        } finally {
            tidying.set(false);
        }
    }

    private boolean isDue() {
        boolean isMostlyUnused = segments.bytes() - stuckBytes > 2 * state.live() + 2 * options.segmentBytes() + checkpointBytes;
        boolean takesLongToRead = segments.bytesFrom(checkpoint) > Math.max(4 * options.segmentBytes(), 2 * checkpointBytes);
        return (isMostlyUnused || takesLongToRead) && System.nanoTime() - notBefore >= 0;
    }

    private void tidyUp() throws IOException {
        CompletableFuture<Roll<R>> rolled = new CompletableFuture<>();
        log.roll(() -> rolled.complete(new Roll<>(log.segment(), state.snapshot()))).join();
        Roll<R> roll = rolled.join();
        takeCheckpoint(roll);
        List<Segment> before = segments.before(roll.segment());
        Set<Long> mostlyUnused = before.stream().filter(this::isMostlyUnused).map(Segment::number).collect(Collectors.toSet());
        if (!mostlyUnused.isEmpty()) {
            state.move(mostlyUnused, log);
        }
        if (closed) {
            throw new InterruptedIOException("it is called off");
        }
        long stuck = 0;
        for (Segment segment : before) {
            long live = state.live(segment.number());
            if (live == 0) {
                segments.remove(segment);
                state.removed(segment.number());
            } else {
                stuck += Math.max(0, segment.size() - 2 * live);
            }
        }
        stuckBytes = stuck;
    }

    private void takeCheckpoint(Roll<R> roll) throws IOException {
        try {
            Checkpoint.write(files.draft(), codec, roll.snapshot(), options.disk(), () -> closed);
            checkpointBytes = Files.size(files.draft());
            files.install(roll.segment());
            checkpoint = roll.segment();
        } finally {
            // There is one if that failed, and the disk may be full.
            Files.deleteIfExists(files.draft());
        }
    }

    private boolean isMostlyUnused(Segment segment) {
        long live = state.live(segment.number());
        return live > 0 && 2 * live < segment.size();
    }

    /** Whatever it is about fails soon, if the log takes nothing any more. */
    void callOff() {
        closed = true;
    }

    void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} is closed while its log is being tidied up", options.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
