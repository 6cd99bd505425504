package org.kumiki.bench.objects;

import java.io.IOException;
import java.io.PrintStream;
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
 * Puts objects into and gets them from a platform and its peers in turns, so that a busy machine disturbs all alike. Every server is warm before
 * it is measured, for Java is several times as slow at first.
 */
public final class Storing {

    private static final int TURNS = 2;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    /** A server that others have just used the machine's caches up for. */
    private static final Duration LEAD_IN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final ObjectServer ours;
    private final int connections;
    private final Duration time;
    private final PrintStream out;
    private final List<Measure> measures = Measure.all();
    private final Map<String, Map<String, Load.Result>> results = new HashMap<>();

    /** @param time for each measure of each server, in all turns together */
    public Storing(ObjectServer ours, int connections, Duration time, PrintStream out) {
        this.ours = ours;
        this.connections = connections;
        this.time = time;
        this.out = out;
    }

    /** @param directory for the jars and the data of the peers */
    public void run(Path directory) throws IOException, InterruptedException {
        List<ObjectServer> servers = new ArrayList<>(List.of(ours));
        try {
            for (Peer peer : Peer.values()) {
                Path own = directory.resolve(peer.name().toLowerCase(Locale.ROOT));
                start(peer.title(), () -> peer.start(own)).ifPresent(servers::add);
            }
            start(Nginx.TITLE, () -> Nginx.start(directory.resolve("nginx"), measures)).ifPresent(servers::add);
            measure(servers);
        } finally {
            servers.subList(1, servers.size()).forEach(peer -> peer.process().close());
        }
        measures.forEach(measure -> print(measure, servers));
        print("%nKumiki has flushed an object to the disk before it answers, the others have not. S3Mock and nginx check no signature.%n");
    }

    /** Starts a server. */
    private interface Starter {
        ObjectServer start() throws IOException, InterruptedException;
    }

    private Optional<ObjectServer> start(String title, Starter starter) throws InterruptedException {
        try {
            return Optional.of(starter.start());
        } catch (IOException e) {
            print("%s is left out: %s%n", title, e.getMessage());
            return Optional.empty();
        }
    }

    private void measure(List<ObjectServer> servers) throws IOException, InterruptedException {
        for (ObjectServer server : servers) {
            try (Bucket bucket = new Bucket(server.endpoint())) {
                if (server.readOnly()) {
                    Measure any = measures.get(measures.size() - 1);
                    await(server, () -> bucket.get(any.prefix() + 0, any.body().bytes().length));
                } else {
                    await(server, bucket::create);
                    fill(bucket);
                }
            }
            warm(server);
            print("%s is warm%n", server.name());
        }
        for (int turn = 0; turn < TURNS; turn++) {
            for (Measure measure : measures) {
                for (ObjectServer server : servers) {
                    if (!answers(server, measure)) {
                        continue;
                    }
                    Load.Result result = load(server, List.of(measure.operation(100))).run(LEAD_IN, time.dividedBy(TURNS));
                    print("  %s, %s: %,.1f/s%n", measure.title(), server.name(), result.perSecond());
                    results.computeIfAbsent(measure.title(), any -> new LinkedHashMap<>()).merge(server.name(), result, Load.Result::plus);
                }
            }
        }
    }

    private static boolean answers(ObjectServer server, Measure measure) {
        return measure.kind() == Measure.Kind.GET || !server.readOnly();
    }

    private void fill(Bucket bucket) throws IOException {
        for (Measure measure : measures) {
            for (int number = 0; measure.kind() == Measure.Kind.GET && number < measure.objects(); number++) {
                bucket.put(measure.prefix() + number, measure.body());
            }
        }
    }

    /** Asks the first thing of a server. */
    private interface Request {
        void send() throws IOException;
    }

    /** Waits until it serves. */
    private static void await(ObjectServer server, Request first) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                first.send();
                return;
            } catch (IOException e) {
                if (!server.process().isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new IOException(server.name() + " does not serve", e);
                }
                Thread.sleep(50);
            }
        }
    }

    /** Mostly with small objects, as these make the most requests. */
    private void warm(ObjectServer server) throws IOException, InterruptedException {
        if (server.readOnly()) {
            return; // there is nothing to compile
        }
        List<Integer> shares = List.of(35, 35, 8, 7, 15);
        List<Operation<Bucket>> mix = new ArrayList<>();
        for (int index = 0; index < shares.size(); index++) {
            mix.add(measures.get(index).operation(shares.get(index)));
        }
        load(server, mix).run(WARM_UP, Duration.ZERO);
    }

    private Load<Bucket> load(ObjectServer server, List<Operation<Bucket>> mix) {
        return new Load<>(() -> new Bucket(server.endpoint()), connections, server.process(), mix, Integer.MAX_VALUE);
    }

    private void print(Measure measure, List<ObjectServer> servers) {
        Load.Result own = results.get(measure.title()).get(ours.name());
        print("%n%-22s %10s %10s %10s %10s %10s %8s %14s %14s%n", measure.title(), "/s", "MiB/s", "CPU us", "p50 ms", "p99 ms", "failed",
                "Kumiki is", "on CPU");
        for (ObjectServer server : servers) {
            if (!answers(server, measure)) {
                continue;
            }
            Load.Result result = results.get(measure.title()).get(server.name());
            String faster = result == own ? "" : times(own.perSecond() / result.perSecond());
            String cheaper = result == own ? "" : times(result.serverCpuMillisPerRequest() / own.serverCpuMillisPerRequest());
            print("  %-20s %,10.1f %,10.1f %,10.0f %10.2f %10.2f %8d %14s %14s%n", server.name(), result.perSecond(),
                    result.perSecond() * measure.body().bytes().length / (1 << 20), result.serverCpuMillisPerRequest() * 1e3,
                    result.all().millis(0.5), result.all().millis(0.99), result.all().failed(), faster, cheaper);
            result.all().failures().forEach((why, count) -> print("    %d times: %s%n", count, why));
        }
        measure.aims().forEach(aim -> print("  aim: %.2f times %s: %s%n", aim.ratio(), aim.than(), reached(aim, own, measure)));
    }

    private String reached(Measure.Aim aim, Load.Result own, Measure measure) {
        Load.Result other = results.containsKey(aim.than()) ? results.get(aim.than()).get(ours.name())
                : results.get(measure.title()).get(aim.than());
        if (other == null) {
            return "not measured";
        }
        double ratio = own.perSecond() / other.perSecond();
        double onCpu = other.serverCpuMillisPerRequest() / own.serverCpuMillisPerRequest();
        return times(ratio) + (ratio >= aim.ratio() ? ", reached" : ", missed") + "; by CPU " + times(onCpu);
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f times", ratio);
    }

    private void print(String format, Object... arguments) {
        out.printf(Locale.ROOT, format, arguments);
    }
}
