package org.kumiki.bench.queues;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.bench.Load;
import org.kumiki.bench.Operation;

/**
 * Sends messages through a platform and its peers in turns, so that a busy machine disturbs all alike. Every server is warm before it is measured, for
 * Java is several times as slow at first.
 */
public final class Queueing {

    private static final int TURNS = 2;
    private static final int TEN = 10;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    /** A server that others have just used the machine's caches up for. */
    private static final Duration LEAD_IN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration TO_FILL = Duration.ofMinutes(20);

    private final List<QueueServer> platforms;
    private final int connections;
    private final Duration time;
    private final int backlog;
    private final PrintStream out;
    private final List<Measure> measures;
    private final Map<String, Map<String, Load.Result>> results = new HashMap<>();

    /**
     * @param platforms the first of which all others are compared with
     * @param time      for each measure of each server, in all turns together
     * @param backlog   how many messages wait where many wait; few: such measures are left out
     */
    public Queueing(List<QueueServer> platforms, int connections, Duration time, int backlog, PrintStream out) {
        this.platforms = platforms;
        this.connections = connections;
        this.time = time;
        this.backlog = backlog;
        this.out = out;
        this.measures = Measure.all().stream().filter(measure -> !measure.behind() || backlog >= TEN).toList();
    }

    /** @param directory for the jars and the data of the peers */
    public void run(Path directory) throws IOException, InterruptedException {
        List<QueueServer> servers = new ArrayList<>(platforms);
        try {
            for (Peer peer : Peer.values()) {
                start(peer, directory.resolve(peer.name().toLowerCase(Locale.ROOT))).ifPresent(servers::add);
            }
            measure(servers);
        } finally {
            servers.subList(platforms.size(), servers.size()).forEach(peer -> peer.process().close());
        }
        measures.forEach(measure -> print(measure, servers));
        print("%nA message is sent, received and deleted. Kumiki has flushed each step to the disk before it answers, and checks signatures; ElasticMQ does "
                + "neither.%n");
    }

    private Optional<QueueServer> start(Peer peer, Path directory) throws InterruptedException {
        try {
            return Optional.of(peer.start(directory));
        } catch (IOException e) {
            print("%s is left out: %s%n", peer.title(), e.getMessage());
            return Optional.empty();
        }
    }

    private void measure(List<QueueServer> servers) throws IOException, InterruptedException {
        for (QueueServer server : servers) {
            await(server);
            for (Measure measure : measures) {
                if (!measure.behind()) {
                    load(server, measure, measure.operation(), Integer.MAX_VALUE).run(WARM_UP.dividedBy(4), Duration.ZERO);
                }
            }
            print("%s is warm%n", server.name());
        }
        for (Measure measure : measures) {
            if (measure.behind() && !measure.several()) {
                for (QueueServer server : servers) {
                    fill(server, measure);
                }
            }
            for (int turn = 0; turn < TURNS; turn++) {
                for (QueueServer server : servers) {
                    Load.Result result = load(server, measure, measure.operation(), Integer.MAX_VALUE).run(LEAD_IN, time.dividedBy(TURNS));
                    print("  %s, %s: %,.0f messages/s%n", measure.title(), server.name(), result.perSecond() * measure.messages());
                    results.computeIfAbsent(measure.title(), any -> new LinkedHashMap<>()).merge(server.name(), result, Load.Result::plus);
                }
            }
        }
    }

    /** Waits until it serves. */
    private static void await(QueueServer server) throws IOException, InterruptedException {
        await(server, queue -> queue.open("bench"));
    }

    /** Waits until it delivers one of the messages that wait since it was measured. */
    public static void awaitBacklog(QueueServer server) throws IOException, InterruptedException {
        await(server, queue -> {
            queue.open(Measure.BACKLOG);
            queue.one();
        });
    }

    private static void await(QueueServer server, Operation.Body<Queue> request) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try (Queue queue = new Queue(server.endpoint(), false)) {
                request.run(queue);
                return;
            } catch (IOException e) {
                if (!server.process().isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new IOException(server.name() + " does not serve", e);
                }
                Thread.sleep(50);
            }
        }
    }

    private void fill(QueueServer server, Measure measure) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Load.Result result = load(server, measure, new Operation<>("fill", 100, Queue::fill), backlog / TEN).run(Duration.ZERO, TO_FILL);
        print("%,d messages wait in %s, which took %.0f s; %d failures%n", backlog, server.name(), (System.nanoTime() - began) / 1e9, result.all().failed());
    }

    private Load<Queue> load(QueueServer server, Measure measure, Operation<Queue> operation, int atMost) {
        return new Load<>(() -> open(server, measure), connections, server.process(), List.of(operation), atMost);
    }

    private static Queue open(QueueServer server, Measure measure) {
        try {
            Queue queue = new Queue(server.endpoint(), measure.groups());
            queue.open(measure.queue());
            return queue;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(Measure measure, List<QueueServer> servers) {
        Load.Result own = results.get(measure.title()).get(platforms.get(0).name());
        print("%n%-24s %12s %12s %10s %10s %8s %14s %14s%n", measure.title(), "messages/s", "CPU us each", "p50 ms", "p99 ms", "failed", "Kumiki is",
                "on CPU");
        for (QueueServer server : servers) {
            Load.Result result = results.get(measure.title()).get(server.name());
            String faster = result == own ? "" : times(own.perSecond() / result.perSecond());
            String cheaper = result == own ? "" : times(result.serverCpuMillisPerRequest() / own.serverCpuMillisPerRequest());
            print("  %-22s %,12.0f %,12.0f %10.2f %10.2f %8d %14s %14s%n", server.name(), result.perSecond() * measure.messages(),
                    result.serverCpuMillisPerRequest() * 1e3 / measure.messages(), result.all().millis(0.5), result.all().millis(0.99),
                    result.all().failed(), faster, cheaper);
            result.all().failures().forEach((why, count) -> print("    %d times: %s%n", count, why));
        }
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f times", ratio);
    }

    private void print(String format, Object... arguments) {
        out.printf(Locale.ROOT, format, arguments);
    }
}
