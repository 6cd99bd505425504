package org.kumiki.bench.twin;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.kumiki.api.model.Resources;
import org.kumiki.bench.plan.Filling;

/**
 * The twin beside CloudSim and CloudSim Plus: the same work, each in a Java of its own, by the CPU time and the heap of the whole process. Prints tables in
 * Markdown, and writes the same figures to a file.
 */
public final class Beside {

    static final String TWIN = "the twin";
    /** In so much heap all of ours has to run. */
    static final List<String> OURS = List.of("-Xmx512m", "-XX:+UseSerialGC");
    /** For a process that is over so soon, the better compiler does not pay; and little that is used again is cheaper than much that is not. */
    static final List<String> SHORT = List.of("-Xmx512m", "-Xmn8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final int AT_ONCE = 50;

    private final Path directory;
    private final PrintStream out;
    private final Figures figures;

    /**
     * @param directory for what is made meanwhile
     * @param results   a file for the figures, as CSV
     */
    public Beside(Path directory, Path results, PrintStream out) throws IOException {
        this.directory = directory;
        this.out = out;
        figures = new Figures(results);
    }

    /** A program of ours in a Java of its own. */
    static Jvm ours(List<String> options, Class<?> main, List<String> arguments) {
        return new Jvm(TWIN, options, System.getProperty("java.class.path"), main.getName(), arguments);
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /**
     * A day of PlanetLab under policies that were published.
     *
     * @param traces   a directory with days
     * @param cloudSim a checkout of CloudSim 3.0.3
     * @param policies how many of the published ones
     */
    public void days(Path traces, Optional<Path> cloudSim, int policies) throws IOException, InterruptedException {
        PublishedDays days = new PublishedDays(directory, out, figures, traces);
        days.run(cloudSim, policies);
        days.processes();
    }

    // --- Placing -------------------------------------------------------------------------------------------------------------

    public void placing(int hosts, int guests) throws IOException, InterruptedException {
        out.printf(Locale.ROOT, "%n| %,d guests on %,d empty hosts | placed | hosts used | CPU s | times | heap, MiB |%n|---|---|---|---|---|---|%n", guests, hosts);
        Resources has = Filling.HOST;
        Path list = directory.resolve("guests");
        Files.write(list, new Filling(hosts, guests, 1).sizes().stream().map(Beside::words).toList());
        List<String> arguments = new ArrayList<>(List.of(list.toString(), String.valueOf(hosts)));
        arguments.addAll(List.of(words(has).split(" ")));
        Optional<Jvm> plus = new Peers(directory, out).plus("CloudSimPlusPlacing");
        double unit = Double.NaN;
        if (plus.isPresent()) {
            Jvm.Run run = plus.get().of(arguments).run(directory);
            unit = run.cpuSeconds();
            placed(Peers.PLUS, "first fit", run, unit);
        }
        for (int atOnce : new int[] { 1, AT_ONCE }) {
            List<String> numbers = IntStream.of(hosts, guests, atOnce).mapToObj(String::valueOf).toList();
            placed(TWIN, atOnce == 1 ? "bestfit one by one" : "bestfit " + atOnce + " at once", ours(SHORT, PlacedGuests.class, numbers).archived(directory).run(directory), unit);
        }
    }

    private static String words(Resources amount) {
        return amount.cpus() + " " + amount.memoryMiB() + " " + amount.diskMiB() + " " + amount.networkMbps();
    }

    private void placed(String who, String scheduler, Jvm.Run run, double unit) throws IOException {
        out.println(row(who + ", " + scheduler, text("%,.0f", run.number(0)), text("%,.0f", run.number(1)), text("%.2f", run.cpuSeconds()),
                text("%.0f", unit / run.cpuSeconds()), String.valueOf(run.heapMiB())));
        figures.add("placing", scheduler, who, Map.of("placed", run.number(0), "hosts_used", run.number(1), "cpu_seconds", run.cpuSeconds(),
                "heap_mib", run.heapMiB()));
    }

    // --- Consolidating -------------------------------------------------------------------------------------------------------

    /** Under the published policy twice, to see whether it comes to the same. */
    public void consolidating(int hosts, int machines) throws IOException, InterruptedException {
        out.printf(Locale.ROOT, "%n| a day of %,d machines on %,d hosts | kWh | migrations | hosts on | ESV 1e-3 kWh | CPU s | s | heap, MiB |%n|---|---|---|---|---|---|---|---|%n",
                machines, hosts);
        consolidated("none", hosts, machines);
        Jvm.Run once = consolidated("thr-mmt", hosts, machines);
        Jvm.Run again = consolidated("thr-mmt", hosts, machines);
        consolidated("stochastic", hosts, machines);
        out.printf("%nThe second day under thr-mmt came to %s, to the last digit.%n", Arrays.equals(once.outcome(), again.outcome()) ? "the same" : "SOMETHING ELSE");
    }

    private Jvm.Run consolidated(String policy, int hosts, int machines) throws IOException, InterruptedException {
        List<String> arguments = List.of(String.valueOf(hosts), String.valueOf(machines), "24", policy);
        Jvm.Run run = ours(OURS, ConsolidatedDay.class, arguments).run(directory);
        out.println(row(policy, text("%,.0f", run.number(0)), text("%,.0f", run.number(1)), text("%,.0f", run.number(2)), text("%.2f", 1e3 * run.number(3)),
                text("%.1f", run.cpuSeconds()), text("%.1f", run.wallSeconds()), String.valueOf(run.heapMiB())));
        figures.add("consolidating", policy, TWIN, Map.of("energy_kwh", run.number(0), "migrations", run.number(1), "hosts_on", run.number(2),
                "esv_kwh", run.number(3), "cpu_seconds", run.cpuSeconds(), "seconds", run.wallSeconds(), "heap_mib", run.heapMiB()));
        return run;
    }
}
