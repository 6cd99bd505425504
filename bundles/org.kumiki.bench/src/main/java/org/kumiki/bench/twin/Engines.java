package org.kumiki.bench.twin;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Datacenters with the production engine in virtual time, in a Java of its own. */
public final class Engines {

    private final Path directory;
    private final PrintStream out;

    /** @param directory for what is made meanwhile */
    public Engines(Path directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    /** And as many of them as there are threads once more, to see whether they come to the same. */
    public void run(int datacenters, int hosts, int instances, int hours, int threads, int heapMiB) throws IOException, InterruptedException {
        out.printf(Locale.ROOT, "%n%d datacenters of %,d hosts and %,d instances for %d h, with the engine and its brains in virtual time%n",
                datacenters, hosts, instances, hours);
        List<String> first = days(datacenters, hosts, instances, hours, threads, heapMiB);
        List<String> again = days(Math.min(datacenters, threads), hosts, instances, hours, threads, heapMiB);
        out.printf("  once more, %d of them come to %s%n", again.size(), first.subList(0, again.size()).equals(again) ? "the same" : "SOMETHING ELSE");
    }

    /** @return the digest of what each has come to */
    private List<String> days(int datacenters, int hosts, int instances, int hours, int threads, int heapMiB) throws IOException, InterruptedException {
        List<String> arguments = IntStream.of(datacenters, hosts, instances, hours, threads).mapToObj(String::valueOf).toList();
        Jvm.Run run = Beside.ours(List.of("-Xmx" + heapMiB + "m", "-XX:+UseParallelGC"), EngineDay.class, arguments).run(directory);
        out.printf(Locale.ROOT, "  %d: %,.0f launches, %,.0f kWh, %,.0f moves, %,.0f hosts on; %.1f s, %.1f CPU s, %,d MiB of heap; %s%n", datacenters,
                run.number(0), run.number(1), run.number(2), run.number(3), run.wallSeconds(), run.cpuSeconds(), run.heapMiB(), run.outcome()[4]);
        return List.of(run.outcome()[4].split(","));
    }
}
