package org.kumiki.store.jdbc.queues;

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
import org.kumiki.testing.PostgresServer;

/**
 * How many messages a second are sent, received and deleted, in a PostgreSQL of its own that flushes.
 *
 * <pre>
 * arguments: [BACKLOG [THREADS [SECONDS]]]
 * </pre>
 */
final class Throughput {

    private static final AccountId OWNER = new AccountId("000000000001");
    private static final String BODY = "x".repeat(256);

    private final int backlog;
    private final int threads;
    private final int seconds;
    private final AtomicLong names = new AtomicLong();

    private Throughput(int backlog, int threads, int seconds) {
        this.backlog = backlog;
        this.threads = threads;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        int backlog = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16;
        int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        new Throughput(backlog, threads, seconds).run();
        System.exit(0);
    }

    private void run() throws Exception {
        PgCluster cluster = new PgCluster(new PostgresServer(true));
        try (Wall wall = new Wall(); ControlPlane plane = new ControlPlane(cluster, cluster.newSchema(), wall)) {
            for (Ordering ordering : List.of(Ordering.NONE, Ordering.GROUPS)) {
                QueueId queue = new QueueId(OWNER, ordering.name());
                plane.store.create(queue,
                        new QueueSettings(Duration.ZERO, Duration.ofSeconds(30), Duration.ofDays(4), Optional.empty(), ordering, Map.of()));
                fill(plane.store, queue);
                for (int batch : new int[] { 1, 10 }) {
                    measure(plane.store, queue, batch, false);
                    measure(plane.store, queue, batch, true);
                }
            }
        }
    }

    private void fill(QueueStore store, QueueId queue) {
        long begin = System.nanoTime();
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < backlog; i += 100) {
            sent.add(store.send(queue, messages(100, "backlog" + i / 100 % 1_000)).toCompletableFuture());
            if (sent.size() == 100) {
                sent.forEach(CompletableFuture::join);
                sent.clear();
            }
        }
        sent.forEach(CompletableFuture::join);
        if (backlog > 0) {
            System.out.printf("%s: %d messages sent in %d ms%n", queue.name(), backlog, (System.nanoTime() - begin) / 1_000_000);
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
        public void close() {
            executor.shutdownNow();
        }
    }
}
