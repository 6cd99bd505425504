package org.kumiki.queue.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.time.Timeline;
import org.kumiki.wal.Disk;

/**
 * How many messages a second are sent, received and deleted, on the disk of a directory.
 *
 * <pre>
 * arguments: DIRECTORY [BACKLOG [THREADS [SECONDS]]]
 * </pre>
 */
final class Throughput {

    private static final AccountId OWNER = new AccountId("000000000001");
    private static final String BODY = "x".repeat(256);
    private static final long SEGMENT = 64 << 20;

    private final Path directory;
    private final int backlog;
    private final int threads;
    private final int seconds;
    private final AtomicLong names = new AtomicLong();

    private Throughput(Path directory, int backlog, int threads, int seconds) {
        this.directory = directory;
        this.backlog = backlog;
        this.threads = threads;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "queues");
        int backlog = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 16;
        int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
        new Throughput(directory, backlog, threads, seconds).run();
    }

    private void run() throws Exception {
        try (Wall wall = new Wall()) {
            LogQueueStore store = new LogQueueStore(directory, Disk.REAL, SEGMENT, wall);
            for (Ordering ordering : List.of(Ordering.NONE, Ordering.GROUPS)) {
                QueueId queue = new QueueId(OWNER, ordering.name());
                store.create(queue, new QueueSettings(Duration.ZERO, Duration.ofSeconds(30), Duration.ofDays(4), Optional.empty(), ordering, Map.of()));
                fill(store, queue);
                for (int batch : new int[] { 1, 10 }) {
                    measure(store, queue, batch, false);
                    measure(store, queue, batch, true);
                }
            }
            store.close();
            long begin = System.nanoTime();
            LogQueueStore again = new LogQueueStore(directory, Disk.REAL, SEGMENT, wall);
            System.out.printf("opened again in %d ms, %d MiB of heap are used%n", (System.nanoTime() - begin) / 1_000_000, usedMiB());
            again.close();
        }
    }

    private static long usedMiB() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory() >> 20;
    }

    private void fill(QueueStore store, QueueId queue) {
        long before = usedMiB();
        long begin = System.nanoTime();
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < backlog; i += 10) {
            sent.add(store.send(queue, messages(10, "backlog" + i % 1_000)).toCompletableFuture());
            if (sent.size() == 1_000) {
                sent.forEach(CompletableFuture::join);
                sent.clear();
            }
        }
        sent.forEach(CompletableFuture::join);
        if (backlog > 0) {
            System.out.printf("%s: %d messages sent in %d ms, %d MiB of heap for them%n", queue.name(), backlog, (System.nanoTime() - begin) / 1_000_000,
                    usedMiB() - before);
        }
    }

    private List<Outgoing> messages(int count, String group) {
        return IntStream.range(0, count).mapToObj(i -> new Outgoing(BODY, Map.of(), Optional.empty(), Optional.of(group),
                Optional.of(Long.toString(names.incrementAndGet())))).toList();
    }

    private void measure(QueueStore store, QueueId queue, int batch, boolean printed) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(printed ? seconds : 2);
        List<Thread> clients = IntStream.range(0, threads).mapToObj(client -> new Thread(() -> {
            while (System.nanoTime() < end) {
                store.send(queue, messages(batch, "client" + client)).toCompletableFuture().join();
                List<Delivery> got = store.receive(queue, new Receive(batch, Optional.empty(), Duration.ofSeconds(1), Optional.empty()))
                        .toCompletableFuture().join();
                if (!got.isEmpty()) {
                    store.delete(queue, got.stream().map(Delivery::receipt).toList()).toCompletableFuture().join();
                }
                done.addAndGet(got.size());
            }
        })).toList();
        long begin = System.nanoTime();
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join();
        }
        if (printed) {
            System.out.printf("%s, %d at a time, %d threads, backlog %d: %d messages/s%n", queue.name(), batch, threads, store.counts(queue).messages(),
                    done.get() * 1_000_000_000L / (System.nanoTime() - begin));
        }
    }

    /** The time that everybody's watch shows. */
    private static final class Wall implements Timeline, AutoCloseable {

        private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            var future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }

        @Override
        public void close() throws IOException {
            executor.shutdownNow();
        }
    }
}
