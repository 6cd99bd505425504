package org.kumiki.bench.tables;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.Load;
import org.kumiki.bench.Operation;
import org.kumiki.bench.ServerProcess;

/** Fills a domain, and puts, gets and selects items of it; with a mock that only puts and gets beside it, if there is one. */
public final class Querying {

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int OF_PEER = 1_000;

    /** What is measured. */
    public record Server(String name, ServerProcess process, Endpoint endpoint) {
    }

    private final int items;
    private final int connections;
    private final Duration time;
    private final PrintStream out;

    /** @param time for each kind of request */
    public Querying(int items, int connections, Duration time, PrintStream out) {
        this.items = items;
        this.connections = connections;
        this.time = time;
        this.out = out;
    }

    public void run(Server ours, Optional<Server> peer) throws IOException, InterruptedException {
        long before = ours.process().heapMiB().orElse(0);
        double seconds = fill(ours);
        long grown = ours.process().heapMiB().orElse(0) - before;
        print("%,d items of 5 attributes were put in %.1f s by batches of %d; the platform's heap has grown by %,d MiB, %,d bytes an item%n",
                items, seconds, Domain.BATCH, grown, (grown << 20) / items);
        if (peer.isPresent()) {
            fillPeer(peer.get());
        }
        print("%n%-44s %10s %10s %10s %10s %8s%n", "on " + connections + " connections", "/s", "CPU us", "p50 ms", "p99 ms", "failed");
        measure(ours, peer, "PutAttributes", domain -> domain.put(any(items)), domain -> domain.put(any(OF_PEER)));
        measure(ours, Optional.empty(), "BatchPutAttributes of 25", domain -> domain.putAll(any(items - Domain.BATCH)), null);
        measure(ours, peer, "GetAttributes", domain -> domain.get(any(items)), domain -> domain.get(any(OF_PEER)));
        measure(ours, "serial = 'one'", domain -> domain.select("serial = '" + Domain.value("serial", any(items)) + "'", 1));
        measure(ours, "group = 'of 100'", domain -> domain.select("group = '" + Domain.value("group", any(items - 100)) + "'", 100));
        measure(ours, "price > 'x' order by price limit 20",
                domain -> domain.select("price > '" + Domain.value("price", any(items)) + "' order by price limit 20", 0));
        measure(ours, "color = 'of ten' and price > 'x' limit 20", domain -> domain.select("color = '" + Domain.value("color", any(items))
                + "' and price > '" + Domain.value("price", any(items)) + "' limit 20", 0));
        measure(ours, "color = 'of ten' order by color desc limit 20",
                domain -> domain.select("color = '" + Domain.value("color", any(items)) + "' order by color desc limit 20", 20));
        measure(ours, "itemName() like 'prefix%' limit 20",
                domain -> domain.select("itemName() like '" + Domain.item(any(items - 1_000)).substring(0, 10) + "%' limit 20", 0));
        measure(ours, "count(*) of color = 'of ten'", domain -> domain.count("color = '" + Domain.value("color", any(items)) + "'"));
        print("%nKumiki has flushed a change to the disk before it answers.%s%n",
                peer.isPresent() ? " moto keeps all in memory, checks no signature, and does not select." : " moto's server is not installed here.");
    }

    /** Waits until a platform answers with the last of the items. */
    public void awaitItems(Endpoint endpoint) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (Domain domain = new Domain(endpoint)) {
            while (true) {
                try {
                    domain.get(items - 1);
                    return;
                } catch (IOException e) {
                    if (System.nanoTime() - began > PATIENCE.toNanos()) {
                        throw e;
                    }
                    Thread.sleep(10);
                }
            }
        }
    }

    private static int any(int count) {
        return ThreadLocalRandom.current().nextInt(count);
    }

    private double fill(Server server) throws IOException {
        long began = System.nanoTime();
        try (Domain domain = new Domain(server.endpoint())) {
            domain.create();
            for (int first = 0; first < items; first += Domain.BATCH) {
                domain.putAll(first);
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static void fillPeer(Server peer) throws IOException {
        try (Domain domain = new Domain(peer.endpoint())) {
            domain.create();
            for (int number = 0; number < OF_PEER; number++) {
                domain.put(number);
            }
        }
    }

    private void measure(Server ours, String title, Operation.Body<Domain> select) throws IOException, InterruptedException {
        measure(ours, Optional.empty(), "Select " + title, select, null);
    }

    private void measure(Server ours, Optional<Server> peer, String title, Operation.Body<Domain> own, Operation.Body<Domain> theirs)
            throws IOException, InterruptedException {
        double mine = load(ours, title, own, OptionalDouble.empty());
        if (peer.isPresent()) {
            load(peer.get(), "  " + peer.get().name(), theirs, OptionalDouble.of(mine));
        }
    }

    private double load(Server server, String title, Operation.Body<Domain> body, OptionalDouble ours) throws IOException, InterruptedException {
        List<Operation<Domain>> all = List.of(new Operation<>(title, 100, body));
        Load.Result result = new Load<>(() -> new Domain(server.endpoint()), connections, server.process(), all, Integer.MAX_VALUE).run(WARM_UP, time);
        print("%-44s %,10.1f %,10.0f %10.2f %10.2f %8d%s%n", title, result.perSecond(), result.serverCpuMillisPerRequest() * 1e3,
                result.all().millis(0.5), result.all().millis(0.99), result.all().failed(),
                ours.isPresent() ? String.format(Locale.ROOT, "  Kumiki is %.1f times as fast", ours.getAsDouble() / result.perSecond()) : "");
        result.all().failures().forEach((why, count) -> print("    %d times: %s%n", count, why));
        return result.perSecond();
    }

    private void print(String format, Object... arguments) {
        out.printf(Locale.ROOT, format, arguments);
    }
}
