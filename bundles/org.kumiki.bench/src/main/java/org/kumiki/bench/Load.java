package org.kumiki.bench;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * So many connections that do one request after the other, drawn from a mix, for a while.
 *
 * @param <C> what makes requests, on a connection of its own
 */
public final class Load<C extends Closeable> {

    /** What came of it. */
    public record Result(Map<String, Samples> samples, double seconds, double serverCpuSeconds) {

        /** This run and another of the same mix, as if they had been one. */
        public Result plus(Result other) {
            Map<String, Samples> both = new LinkedHashMap<>();
            Stream.of(samples, other.samples).forEach(some -> some.forEach((name, more) ->
                    both.computeIfAbsent(name, any -> new Samples()).addAll(more)));
            return new Result(both, seconds + other.seconds, serverCpuSeconds + other.serverCpuSeconds);
        }

        public Samples all() {
            Samples all = new Samples();
            samples.values().forEach(all::addAll);
            return all;
        }

        public double perSecond() {
            return all().size() / seconds;
        }

        public double serverCpuMillisPerRequest() {
            return serverCpuSeconds * 1e3 / Math.max(1, all().size());
        }
    }

    private final Supplier<C> connections;
    private final ServerProcess server;
    private final List<Operation<C>> mix;
    private final int count;
    private final AtomicInteger left;
    private final CountDownLatch used = new CountDownLatch(1);
    private volatile boolean measuring;
    private volatile boolean over;

    /**
     * @param count  of connections
     * @param mix    their shares make up 100
     * @param atMost how many requests there are, the warm-up's included; then it ends before its time
     */
    public Load(Supplier<C> connections, int count, ServerProcess server, List<Operation<C>> mix, int atMost) {
        this.left = new AtomicInteger(atMost);
        this.connections = connections;
        this.server = server;
        this.mix = mix;
        this.count = count;
    }

    public Result run(Duration warmUp, Duration time) throws InterruptedException, IOException {
        Map<String, Samples> samples = new LinkedHashMap<>();
        mix.forEach(operation -> samples.put(operation.name(), new Samples()));
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            SplittableRandom random = new SplittableRandom(number);
            Thread thread = new Thread(() -> work(samples, random), "load-" + number);
            thread.start();
            threads.add(thread);
        }
        Thread.sleep(warmUp.toMillis());
        double cpu = server.cpuSeconds();
        long began = System.nanoTime();
        measuring = true;
        used.await(time.toMillis(), TimeUnit.MILLISECONDS);
        measuring = false;
        double seconds = (System.nanoTime() - began) / 1e9;
        double serverCpu = server.cpuSeconds() - cpu;
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return new Result(samples, seconds, serverCpu);
    }

    private void work(Map<String, Samples> samples, SplittableRandom random) {
        try (C client = connections.get()) {
            while (!over && left.getAndDecrement() > 0) {
                Operation<C> operation = draw(random);
                attempt(operation, client, samples.get(operation.name()));
            }
            used.countDown();
        } catch (IOException e) {
            throw new IllegalStateException("a connection would not close", e);
        }
    }

    private void attempt(Operation<C> operation, C client, Samples samples) {
        long began = System.nanoTime();
        try {
            operation.body().run(client);
            if (measuring) {
                samples.add(System.nanoTime() - began);
            }
        } catch (IOException e) {
            // Counted in the warm-up too: no failure is a small one.
            samples.addFailure(String.valueOf(e.getMessage()).replaceAll("[a-z]+-[0-9a-f]{8,17}|[0-9a-f-]{36}", "…"));
        }
    }

    private Operation<C> draw(SplittableRandom random) {
        int point = random.nextInt(100);
        for (Operation<C> operation : mix) {
            point -= operation.share();
            if (point < 0) {
                return operation;
            }
        }
        throw new IllegalStateException("the shares do not make up 100");
    }
}
