package org.kumiki.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Measures a control plane: fills it, then lets clients do what clients do. */
final class Control {

    private static final String TYPE = "t2.micro";
    private static final int PAGE = 100;
    /** There is an address for each of some 61,000 instances. */
    private static final int MOST_LAUNCHES = 30_000;

    private final Cloud cloud;
    private final int instances;
    private final int connections;
    private final Duration time;
    private final PrintStream out;
    private final Population population = new Population();
    private String image;

    /**
     * The figures that are compared.
     *
     * @param mix              requests a second
     * @param mixP99Millis     of all of them
     * @param cpuMillis        of the server, a request
     * @param launches         of one instance each, a second
     * @param descriptions     of 100 instances each, a second
     */
    record Figures(double mix, double mixP99Millis, double cpuMillis, double launches, double descriptions, int failures) {
    }

    /** @param instances that are there before anything is measured */
    Control(Cloud cloud, int instances, int connections, Duration time, PrintStream out) {
        this.cloud = cloud;
        this.instances = instances;
        this.connections = connections;
        this.time = time;
        this.out = out;
    }

    Figures run() throws IOException, InterruptedException {
        print("%n%s: %,d instances, %d connections, %d s each%n", cloud.name(), instances, connections, time.toSeconds());
        fill();
        Load.Result descriptions = measure("describe 100", List.of(new Operation<>("describe 100", 100, this::describeHundred)),
                time.dividedBy(3), Integer.MAX_VALUE);
        Load.Result mix = measure("mix", List.of(
                new Operation<>("describe one", 30, this::describeOne),
                new Operation<>("describe page", 20, this::describePage),
                new Operation<>("launch", 30, this::launch),
                new Operation<>("terminate", 20, this::terminate)), time.dividedBy(3), Integer.MAX_VALUE);
        Load.Result launches = measure("launch only", List.of(new Operation<>("launch only", 100, this::launch)), time.dividedBy(10),
                MOST_LAUNCHES);
        int wrong = check();
        OptionalLong heap = cloud.heapMiB();
        print("  resident %,d MiB%s%n", cloud.process().residentMiB(),
                heap.isPresent() ? String.format(Locale.ROOT, ", heap in use %,d MiB", heap.getAsLong()) : "");
        int failures = mix.all().failed() + descriptions.all().failed() + launches.all().failed() + wrong;
        print("  failed requests, and instances lost or doubled: %d%n", failures);
        return new Figures(mix.perSecond(), mix.all().millis(0.99), mix.serverCpuMillisPerRequest(), launches.perSecond(),
                descriptions.perSecond(), failures);
    }

    private void fill() throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (Ec2 ec2 = new Ec2(cloud.endpoint())) {
            image = ec2.awaitImage();
            awaitHosts(ec2);
            for (int left = instances - 1; left > 0; left -= PAGE) {
                population.add(ec2.run(image, TYPE, Math.min(left, PAGE), "r" + left % 7));
            }
            while (!ec2.page(Map.of("instance-state-name", "pending"), 5, "").instances().isEmpty()) {
                Thread.sleep(100);
            }
        }
        print("  filled in %.1f s%n", (System.nanoTime() - began) / 1e9);
    }

    /** The hosts may come a moment after the endpoint serves. */
    private void awaitHosts(Ec2 ec2) throws IOException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            try {
                population.add(ec2.run(image, TYPE, 1, "first"));
                return;
            } catch (Ec2.Failure e) {
                if (attempt == 300) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    private Load.Result measure(String title, List<Operation<Ec2>> operations, Duration warmUp, int atMost) throws IOException, InterruptedException {
        Load.Result result = new Load<>(() -> new Ec2(cloud.endpoint()), connections, cloud.process(), operations, atMost).run(warmUp, time);
        print("  %-16s %9s %9s %9s %9s %9s %7s%n", title, "requests", "/s", "p50 ms", "p99 ms", "max ms", "failed");
        if (operations.size() > 1) {
            result.samples().forEach((name, samples) -> print(name, samples, result.seconds()));
        }
        print("all", result.all(), result.seconds());
        print("  server CPU %.2f ms a request, %.0f %% of one core%n", result.serverCpuMillisPerRequest(),
                100 * result.serverCpuSeconds() / result.seconds());
        result.all().failures().forEach((why, count) -> print("  %d times: %s%n", count, why));
        return result;
    }

    private void describeOne(Ec2 ec2) throws IOException {
        Optional<String> instance = population.pick();
        if (instance.isPresent()) {
            ec2.describe(instance.get());
        }
    }

    private void describePage(Ec2 ec2) throws IOException {
        ec2.page(Map.of("instance-state-name", "running", "tag:role", "r3"), PAGE, "");
    }

    /** Of a cloud with a hundred instances everything, of a fuller one a page. */
    private void describeHundred(Ec2 ec2) throws IOException {
        Ec2.Page page = ec2.page(Map.of(), instances == PAGE ? 0 : PAGE, "");
        if (page.instances().size() < PAGE) {
            throw new Ec2.Failure("DescribeInstances answered with " + page.instances().size() + " instances");
        }
    }

    private void launch(Ec2 ec2) throws IOException {
        population.add(ec2.run(image, TYPE, 1, "new"));
    }

    private void terminate(Ec2 ec2) throws IOException {
        Optional<String> instance = population.take();
        if (instance.isPresent()) {
            ec2.terminate(instance.get());
        }
    }

    /** How many instances are missing, there twice, or there although nobody asked for them. */
    private int check() throws IOException, InterruptedException {
        Set<String> expected = new HashSet<>(population.all());
        List<String> found = new ArrayList<>();
        try (Ec2 ec2 = new Ec2(cloud.endpoint())) {
            for (int looks = 0; looks < 100 && !ec2.page(Map.of("instance-state-name", "pending"), 1_000, "").instances().isEmpty(); looks++) {
                Thread.sleep(100); // else one that comes up between the two lists is in both
            }
            for (String state : List.of("pending", "running")) {
                String next = "";
                do {
                    Ec2.Page page = ec2.page(Map.of("instance-state-name", state), 1_000, next);
                    found.addAll(page.instances());
                    next = page.next();
                } while (!next.isEmpty());
            }
        }
        Set<String> distinct = new HashSet<>(found);
        int doubled = found.size() - distinct.size();
        int unasked = (int) distinct.stream().filter(instance -> !expected.contains(instance)).count();
        int lost = (int) expected.stream().filter(instance -> !distinct.contains(instance)).count();
        print("  at the end %,d instances: %d lost, %d doubled, %d nobody asked for%n", distinct.size(), lost, doubled, unasked);
        return lost + doubled + unasked;
    }

    private void print(String name, Samples samples, double seconds) {
        print("  %-16s %,9d %,9.1f %9.1f %9.1f %9.1f %7d%n", name, samples.size(), samples.size() / seconds, samples.millis(0.5),
                samples.millis(0.99), samples.millis(1), samples.failed());
    }

    private void print(String format, Object... arguments) {
        out.printf(Locale.ROOT, format, arguments);
    }
}
