package org.kumiki.queue.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.queue.contract.ManualTimeline;
import org.kumiki.queue.contract.QueueStoreContract;
import org.kumiki.wal.testing.FaultyDisk;

class LogQueueStoreTest implements QueueStoreContract {

    /** Short, so that some crashes are in the middle of tidying up. */
    private static final long SEGMENT = 4_000;

    @TempDir
    Path temp;

    private final FaultyDisk disk = new FaultyDisk();
    private final ManualTimeline time = new ManualTimeline(BEGIN);
    private Path directory;
    private int crashes;
    private LogQueueStore store;

    @BeforeEach
    void open() {
        open(temp.resolve("queues"));
    }

    private LogQueueStore open(Path where) {
        try {
            directory = where;
            store = new LogQueueStore(directory, disk, SEGMENT, time);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public QueueStore store() {
        return store;
    }

    @Override
    public ManualTimeline time() {
        return time;
    }

    @Override
    public QueueStore reopen() {
        close();
        return open(directory);
    }

    @Override
    public QueueStore crash(Runnable unanswered, RandomGenerator random) {
        CountDownLatch gate = new CountDownLatch(1);
        disk.gate = gate;
        unanswered.run();
        Path copy = temp.resolve("crash" + crashes++);
        try {
            disk.crash(directory, copy, random);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            gate.countDown();
        }
        close();
        return open(copy);
    }
}
