package org.kumiki.bench.twin;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.kumiki.api.model.Resources;
import org.kumiki.bench.objects.Jars;
import org.kumiki.bench.plan.Filling;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.PlanetLab;

/** The twin beside CloudSim and CloudSim Plus: the same work, each in a Java of its own, by the CPU time and the heap of the whole process. */
public final class Beside {

    private static final String PLUS = "CloudSim Plus 8.5.7";
    private static final List<String> PLUS_JARS = List.of("org.cloudsimplus:cloudsimplus:8.5.7");
    private static final List<String> CLOUDSIM_JARS = List.of("org.apache.commons:commons-math3:3.6.1");
    private static final List<String> CLOUDSIM_SOURCES = List.of("modules/cloudsim/src/main/java", "modules/cloudsim-examples/src/main/java");
    /** In so much heap all of ours has to run. */
    private static final List<String> OURS = List.of("-Xmx512m", "-XX:+UseSerialGC");
    /** For a process that is over so soon, the better compiler does not pay. */
    private static final List<String> SHORT = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final int HOSTS = 800;
    private static final double HOURS = 24;
    private static final int WARM = 40;
    private static final int AT_ONCE = 50;
    /** The published policies, the one that is compared by default first. */
    private static final List<String[]> POLICIES = Stream.of("mmt", "mu", "rs", "mc").flatMap(selection -> Stream.of(
            new String[] { "thr", selection, "0.8" }, new String[] { "iqr", selection, "1.5" }, new String[] { "mad", selection, "2.5" },
            new String[] { "lr", selection, "1.2" })).toList();

    private final Path directory;
    private final PrintStream out;
    private final String classPath = System.getProperty("java.class.path");

    /** @param directory for what is made meanwhile; there must be room for a day's traces in files */
    public Beside(Path directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    // --- A day of PlanetLab --------------------------------------------------------------------------------------------------

    /**
     * @param traces   a directory with days
     * @param cloudSim a checkout of CloudSim 3.0.3
     * @param policies how many of the published ones
     */
    public void days(Path traces, Optional<Path> cloudSim, int policies) throws IOException, InterruptedException {
        List<Path> days;
        try (Stream<Path> files = Files.list(traces)) {
            days = files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
        }
        CpuTraces first = PlanetLab.read(days.get(0));
        Path folder = folder(first);
        double hours = first.machines() * HOURS;
        Optional<Jvm> theirs = peer("CloudSim 3.0.3", () -> cloudSim(cloudSim));
        Optional<Jvm> plus = peer(PLUS, () -> plus("CloudSimPlusDay"));
        for (String[] policy : POLICIES.subList(0, Math.min(policies, POLICIES.size()))) {
            out.printf(Locale.ROOT, "%n%s, %d machines on %d hosts, %s%n  %-34s %8s %10s %9s %8s %7s %9s %7s %9s %13s %11s%n", days.get(0).getFileName(),
                    first.machines(), HOSTS, String.join("-", policy), "", "kWh", "migrations", "shutdowns", "SLATAH %", "PDM %", "ESV 1e-3", "CPU s",
                    "heap MiB", "VM-h per CPU s", "x CloudSim");
            Optional<Jvm.Run> cloudSims = run(theirs, List.of(folder.toString(), String.valueOf(HOSTS), policy[0], policy[1], policy[2]));
            double unit = cloudSims.map(run -> hours / run.cpuSeconds()).orElse(Double.NaN);
            cloudSims.ifPresent(run -> line("CloudSim 3.0.3", run, hours, run.cpuSeconds(), unit));
            Jvm.Run once = ours(SHORT, policy, 1, days.subList(0, 1)).run(directory);
            line("Kumiki, a process for one day", once, hours, once.cpuSeconds(), unit);
            double all = hours(days);
            Jvm.Run several = ours(OURS, policy, 1, days).run(directory);
            line("Kumiki, a process for " + days.size() + " days, the last", several, all, several.cpuSeconds(), unit);
            Jvm.Run warm = ours(OURS, policy, WARM, days.subList(0, 1)).run(directory);
            line("Kumiki, one of the last of " + WARM + " days", warm, hours, warm.number(5), unit);
            if (policy == POLICIES.get(0)) {
                run(plus, List.of(folder.toString(), String.valueOf(HOSTS), policy[2])).ifPresent(run -> {
                    double speed = hours / run.cpuSeconds();
                    out.printf(Locale.ROOT, "  %-34s %8s %,10.0f %36s %7.2f %,9d %,14.0f %11.1f%n", PLUS, "", run.number(1), "", run.cpuSeconds(),
                            run.heapMiB(), speed, speed / unit);
                });
            }
        }
    }

    private static double hours(List<Path> days) throws IOException {
        double all = 0;
        for (Path day : days) {
            all += PlanetLab.read(day).machines() * HOURS;
        }
        return all;
    }

    private Jvm ours(List<String> options, String[] policy, int times, List<Path> days) {
        List<String> arguments = new ArrayList<>(List.of(String.valueOf(HOSTS), policy[0], policy[1], policy[2], String.valueOf(times)));
        days.forEach(day -> arguments.add(day.toString()));
        return new Jvm("Kumiki", options, classPath, SimulatedDays.class.getName(), arguments);
    }

    private void line(String who, Jvm.Run run, double hours, double cpuSeconds, double unit) {
        double slatah = run.number(3);
        double pdm = run.number(4);
        double speed = hours / cpuSeconds;
        out.printf(Locale.ROOT, "  %-34s %8.2f %,10.0f %,9.0f %8.2f %7.3f %9.2f %7.2f %,9d %,14.0f %11.1f%n", who, run.number(0), run.number(1), run.number(2),
                100 * slatah, 100 * pdm, 1e3 * run.number(0) * slatah * pdm, cpuSeconds, run.heapMiB(), speed, speed / unit);
    }

    /** A day as CloudSim reads it: a file a machine, in the order of their names. */
    private Path folder(CpuTraces traces) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("day"));
        for (int machine = 0; machine < traces.machines(); machine++) {
            StringJoiner lines = new StringJoiner("\n", "", "\n");
            for (byte percent : traces.percent()[machine]) {
                lines.add(String.valueOf(percent));
            }
            Files.writeString(folder.resolve(String.format(Locale.ROOT, "%06d", machine)), lines.toString());
        }
        return folder;
    }

    // --- Placing -------------------------------------------------------------------------------------------------------------

    public void placing(int hosts, int guests) throws IOException, InterruptedException {
        out.printf(Locale.ROOT, "%nPlacing %,d guests on %,d empty hosts%n", guests, hosts);
        out.printf("  %-34s %9s %10s %7s %9s %11s%n", "", "placed", "hosts used", "CPU s", "heap MiB", "times faster");
        Resources has = Filling.HOST;
        Path list = directory.resolve("guests");
        Files.write(list, new Filling(hosts, guests, 1).sizes().stream().map(Beside::words).toList());
        List<String> arguments = new ArrayList<>(List.of(list.toString(), String.valueOf(hosts)));
        arguments.addAll(List.of(words(has).split(" ")));
        Optional<Jvm.Run> plus = run(peer(PLUS, () -> plus("CloudSimPlusPlacing")), arguments);
        double unit = plus.map(Jvm.Run::cpuSeconds).orElse(Double.NaN);
        plus.ifPresent(run -> placed(PLUS + ", first fit", run, unit));
        for (int atOnce : new int[] { 1, AT_ONCE }) {
            List<String> numbers = IntStream.of(hosts, guests, atOnce).mapToObj(String::valueOf).toList();
            placed("Kumiki, best fit, " + atOnce + " at once", new Jvm("Kumiki", SHORT, classPath, PlacedGuests.class.getName(), numbers).run(directory), unit);
        }
    }

    private static String words(Resources amount) {
        return amount.cpus() + " " + amount.memoryMiB() + " " + amount.diskMiB() + " " + amount.networkMbps();
    }

    private void placed(String who, Jvm.Run run, double unit) {
        out.printf(Locale.ROOT, "  %-34s %,9.0f %,10.0f %7.2f %,9d %11.1f%n", who, run.number(0), run.number(1), run.cpuSeconds(), run.heapMiB(),
                unit / run.cpuSeconds());
    }

    // --- Consolidating -------------------------------------------------------------------------------------------------------

    public void consolidating(int hosts, int machines) throws IOException, InterruptedException {
        out.printf(Locale.ROOT, "%nA day of %,d machines on %,d hosts, consolidated every five minutes%n", machines, hosts);
        out.printf("  %-34s %9s %10s %8s %9s %7s %7s %9s%n", "", "kWh", "migrations", "hosts on", "ESV 1e-3", "CPU s", "s", "heap MiB");
        for (String policy : List.of("none", "thr-mmt", "stochastic")) {
            List<String> arguments = List.of(String.valueOf(hosts), String.valueOf(machines), "24", policy);
            Jvm.Run run = new Jvm("Kumiki", OURS, classPath, ConsolidatedDay.class.getName(), arguments).run(directory);
            out.printf(Locale.ROOT, "  %-34s %,9.0f %,10.0f %,8.0f %9.2f %7.1f %7.1f %,9d%n", policy, run.number(0), run.number(1), run.number(2),
                    1e3 * run.number(3), run.cpuSeconds(), run.wallSeconds(), run.heapMiB());
        }
    }

    // --- The engine ----------------------------------------------------------------------------------------------------------

    /** And as many of them as there are threads once more, to see whether they come to the same. */
    public void engine(int datacenters, int hosts, int instances, int hours, int threads, int heapMiB) throws IOException, InterruptedException {
        out.printf(Locale.ROOT, "%n%d datacenters of %,d hosts and %,d instances for %d h, with the engine and its brains in virtual time%n",
                datacenters, hosts, instances, hours);
        List<String> first = days(datacenters, hosts, instances, hours, threads, heapMiB);
        List<String> again = days(Math.min(datacenters, threads), hosts, instances, hours, threads, heapMiB);
        out.printf("  once more, %d of them come to %s%n", again.size(), first.subList(0, again.size()).equals(again) ? "the same" : "SOMETHING ELSE");
    }

    /** @return the digest of what each has come to */
    private List<String> days(int datacenters, int hosts, int instances, int hours, int threads, int heapMiB) throws IOException, InterruptedException {
        List<String> arguments = IntStream.of(datacenters, hosts, instances, hours, threads).mapToObj(String::valueOf).toList();
        List<String> options = List.of("-Xmx" + heapMiB + "m", "-XX:+UseParallelGC");
        Jvm.Run run = new Jvm("Kumiki", options, classPath, EngineDay.class.getName(), arguments).run(directory);
        out.printf(Locale.ROOT, "  %d: %,.0f launches, %,.0f kWh, %,.0f moves, %,.0f hosts on; %.1f s, %.1f CPU s, %,d MiB of heap; %s%n", datacenters,
                run.number(0), run.number(1), run.number(2), run.number(3), run.wallSeconds(), run.cpuSeconds(), run.heapMiB(), run.outcome()[4]);
        return List.of(run.outcome()[4].split(","));
    }

    // --- Peers ---------------------------------------------------------------------------------------------------------------

    private interface Making {

        Jvm make() throws IOException, InterruptedException;
    }

    /** None, with a line that says why, if it cannot be had. */
    private Optional<Jvm> peer(String title, Making making) throws InterruptedException {
        try {
            return Optional.of(making.make());
        } catch (IOException e) {
            out.printf("  %s is left out: %s%n", title, e.getMessage());
            return Optional.empty();
        }
    }

    private Jvm cloudSim(Optional<Path> checkout) throws IOException, InterruptedException {
        Path sources = checkout.orElseThrow(() -> new IOException("no --cloudsim DIRECTORY was given"));
        Path classes = Files.createDirectories(directory.resolve("cloudsim/classes"));
        String jars = jars(Jars.fetch(classes.resolveSibling("peer"), CLOUDSIM_JARS));
        String modules = String.join(File.pathSeparator, CLOUDSIM_SOURCES.stream().map(module -> sources.resolve(module).toString()).toList());
        Sources.compile("CloudSimDay", jars, modules, classes);
        return new Jvm("CloudSim 3.0.3", List.of(), classes + File.pathSeparator + jars, Sources.main("CloudSimDay"), List.of());
    }

    private Jvm plus(String program) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(directory.resolve(program));
        String jars = jars(Jars.fetch(directory.resolve("plus"), PLUS_JARS));
        Sources.compile(program, jars, "", classes);
        return new Jvm(PLUS, List.of(), classes + File.pathSeparator + jars, Sources.main(program), List.of());
    }

    /** One by one, as the compiler knows no star. */
    private static String jars(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return String.join(File.pathSeparator, files.map(Path::toString).sorted().toList());
        }
    }

    private Optional<Jvm.Run> run(Optional<Jvm> peer, List<String> arguments) throws IOException, InterruptedException {
        return peer.isEmpty() ? Optional.empty()
                : Optional.of(new Jvm(peer.get().title(), peer.get().options(), peer.get().classPath(), peer.get().main(), arguments).run(directory));
    }
}
