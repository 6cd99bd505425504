package org.kumiki.storage.file;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.kumiki.api.blob.BlobException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tidies up in the background. It takes a checkpoint, so that the changes before it are no longer needed. Then it moves what is used of segments that
 * are mostly unused to the end of the log, and removes the segments that nothing is left in.
 */
final class Housekeeping {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long CLOSE_SECONDS = 30;
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final long MOVE_AT_ONCE = 1 << 20;

    private final LogFiles files;
    private final Disk disk;
    private final Index index;
    private final long segmentBytes;
    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> new Thread(task, "kumiki-blobs"));
    private final Reserve reserve;
    private final AtomicBoolean tidying = new AtomicBoolean();
    private Log log;
    private ContentReader reader;
    private volatile long checkpoint;
    private volatile long checkpointBytes;
    /** By the system's nanoseconds: after a failure it is tried again some time later. */
    private volatile long notBefore = System.nanoTime();
    private volatile boolean closed;

    Housekeeping(LogFiles files, Disk disk, Index index, long segmentBytes, Reserve reserve) {
        this.files = files;
        this.disk = disk;
        this.index = index;
        this.segmentBytes = segmentBytes;
        this.reserve = reserve;
    }

    void start(Log ofStore, ContentReader ofContents, long newestCheckpoint) throws IOException {
        log = ofStore;
        reader = ofContents;
        checkpoint = newestCheckpoint;
        Path file = files.checkpoint(newestCheckpoint);
        checkpointBytes = Files.exists(file) ? Files.size(file) : 0;
    }

    /** Deletes a file that nobody uses any more. If that does not happen, it happens at the next start. */
    void remove(Path file) {
        background(() -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("{} could not be deleted", file, e);
            }
        });
    }

    private void background(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The store of blobs is being closed; what is left is done at its next start", e);
        }
    }

    /** Quick; whoever has written to the log calls it. */
    void look() {
        if (!closed && (reserve.isGiven() || isDue()) && tidying.compareAndSet(false, true)) {
            background(() -> {
                try {
                    if (reserve.isGiven()) {
                        reserve.setAside();
                    }
                    if (isDue()) {
                        tidyUp();
                    }
                } catch (IOException | BlobException e) {
                    notBefore = System.nanoTime() + RETRY.toNanos();
                    if (!closed) {
                        LOG.warn("The log of the blobs could not be tidied up; it stays as it is", e);
                    }
                } finally {
                    tidying.set(false);
                }
            });
        }
    }

    private boolean isDue() {
        boolean isMostlyUnused = log.bytes() > 2 * index.contents().live() + 2 * segmentBytes + checkpointBytes;
        boolean takesLongToRead = log.bytesFrom(checkpoint) > Math.max(4 * segmentBytes, 2 * checkpointBytes);
        return (isMostlyUnused || takesLongToRead) && System.nanoTime() - notBefore >= 0;
    }

    private void tidyUp() throws IOException {
        long number = log.roll();
        takeCheckpoint(number);
        List<Segment> before = log.segmentsBefore(number);
        moveFrom(before.stream().filter(this::isMostlyUnused).map(Segment::number).collect(Collectors.toSet()));
        for (Segment segment : before) {
            if (index.contents().live(segment.number()) == 0) {
                log.remove(segment);
                index.contents().dropped(segment.number());
            }
        }
    }

    private void takeCheckpoint(long number) throws IOException {
        try {
            Checkpoint.write(files.draft(), index, disk, () -> closed);
            checkpointBytes = Files.size(files.draft());
            files.install(number);
            checkpoint = number;
        } finally {
            // There is one if that failed, and the disk may be full.
            Files.deleteIfExists(files.draft());
        }
    }

    private boolean isMostlyUnused(Segment segment) {
        return 2 * index.contents().live(segment.number()) < segment.size();
    }

    private void moveFrom(Set<Long> segments) throws IOException {
        Commit commit = new Commit();
        for (Content content : index.contents().all()) {
            if (content.place().filter(place -> segments.contains(place.segment())).isPresent() && content.retain()) {
                try {
                    commit.add(new Change.Bytes(content.id(), bytes(content)));
                } catch (BlobException e) {
                    LOG.error("What cannot be read stays where it is", e);
                } finally {
                    index.contents().release(content);
                }
            }
            if (closed) {
                throw new InterruptedIOException("the store is being closed");
            }
            if (commit.bytes() >= MOVE_AT_ONCE) {
                log.commit(commit);
                commit = new Commit();
            }
        }
        log.commit(commit);
    }

    private ByteBuffer bytes(Content content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) content.size());
        reader.read(content, 0, content.size(), bytes::put);
        return bytes.flip();
    }

    void close() {
        closed = true;
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The store of blobs is closed while its log is being tidied up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
