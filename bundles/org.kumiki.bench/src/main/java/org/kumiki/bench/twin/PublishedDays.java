package org.kumiki.bench.twin;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.stream.Stream;

import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.PlanetLab;

/**
 * A day of PlanetLab under the published policies, in the twin and in CloudSim: what each comes to, and what it takes. Of a process for the day alone
 * (cold) that is all its CPU time, from its start to its end; of one that has run the day before (warm), what one day more takes.
 */
final class PublishedDays {

    private static final int HOSTS = 800;
    private static final double HOURS = 24;
    /** How often a process of ours runs the day; of the last ten the mean is taken. */
    private static final int OUR_TIMES = 40;
    /** CloudSim's day is much longer, so its process runs it again under the first policy only; of the last three the mean is taken. */
    private static final int THEIR_TIMES = 4;

    private final Path directory;
    private final PrintStream out;
    private final Figures figures;
    private final Peers peers;
    private final List<Path> days;
    private final CpuTraces traces;
    private final Path folder;
    /** A process for one day, under the first policy. */
    private final Jvm once;

    /**
     * @param directory for what is made meanwhile; there must be room for a day's traces in files
     * @param traces    a directory with days, of which the first is compared
     */
    PublishedDays(Path directory, PrintStream out, Figures figures, Path traces) throws IOException {
        this.directory = directory;
        this.out = out;
        this.figures = figures;
        peers = new Peers(directory, out);
        try (Stream<Path> files = Files.list(traces)) {
            days = files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
        }
        this.traces = PlanetLab.read(days.get(0));
        folder = folder(this.traces);
        once = Beside.ours(Beside.SHORT, SimulatedDays.class, arguments(Published.ALL.get(0), 1, days.subList(0, 1)));
    }

    /** A day as CloudSim reads it: a file a machine, in the order of their names. */
    private Path folder(CpuTraces day) throws IOException {
        Path files = Files.createDirectories(directory.resolve("day"));
        for (int machine = 0; machine < day.machines(); machine++) {
            StringJoiner lines = new StringJoiner("\n", "", "\n");
            for (byte percent : day.percent()[machine]) {
                lines.add(String.valueOf(percent));
            }
            Files.writeString(files.resolve(String.format(Locale.ROOT, "%06d", machine)), lines.toString());
        }
        return files;
    }

    /**
     * @param cloudSim a checkout of CloudSim 3.0.3
     * @param policies how many of the published ones
     */
    void run(Optional<Path> cloudSim, int policies) throws IOException, InterruptedException {
        Optional<Jvm> theirs = peers.cloudSim(cloudSim);
        String work = days.get(0).getFileName().toString().replaceFirst("\\..*", "");
        out.printf(Locale.ROOT, """

                %s: %d machines on %d hosts; the twin / %s; CPU s of a process for that day alone (cold), and of the day in one that has run it (warm)

                | policy | kWh | migrations | shutdowns | SLATAH %% | PDM %% | ESV 1e-3 kWh | cold CPU s | times | warm CPU s | times |
                |---|---|---|---|---|---|---|---|---|---|---|
                """, work, traces.machines(), HOSTS, Peers.CLOUDSIM);
        Jvm archived = once.archived(directory);
        for (Published policy : Published.ALL.subList(0, Math.min(policies, Published.ALL.size()))) {
            Optional<Fared> cloudSims = theirs.isEmpty() ? Optional.empty() : Optional.of(theirs(theirs.get(), policy));
            Fared ours = ours(archived, policy);
            out.println(row(policy, ours, cloudSims));
            figures.add(work, policy.toString(), Beside.TWIN, ours.figures());
            if (cloudSims.isPresent()) {
                figures.add(work, policy.toString(), Peers.CLOUDSIM, cloudSims.get().figures());
            }
        }
    }

    private Fared theirs(Jvm cloudSim, Published policy) throws IOException, InterruptedException {
        int times = policy == Published.ALL.get(0) ? THEIR_TIMES : 1;
        List<String> arguments = new ArrayList<>(List.of(folder.toString(), String.valueOf(HOSTS)));
        arguments.addAll(policy.words());
        arguments.add(String.valueOf(times));
        Jvm.Run run = cloudSim.of(arguments).run(directory);
        double more = run.number(5);
        return Fared.of(run, run.cpuSeconds() - (times - 1) * more, times > 1 ? OptionalDouble.of(more) : OptionalDouble.empty(), run.heapMiB());
    }

    private Fared ours(Jvm archived, Published policy) throws IOException, InterruptedException {
        List<Path> day = days.subList(0, 1);
        Jvm.Run cold = archived.of(arguments(policy, 1, day)).run(directory);
        Jvm.Run warm = Beside.ours(Beside.OURS, SimulatedDays.class, arguments(policy, OUR_TIMES, day)).run(directory);
        return Fared.of(cold, cold.cpuSeconds(), OptionalDouble.of(warm.number(5)), Math.max(cold.heapMiB(), warm.heapMiB()));
    }

    private static List<String> arguments(Published policy, int times, List<Path> days) {
        List<String> arguments = new ArrayList<>(List.of(String.valueOf(HOSTS)));
        arguments.addAll(policy.words());
        arguments.add(String.valueOf(times));
        days.forEach(day -> arguments.add(day.toString()));
        return arguments;
    }

    private static String row(Published policy, Fared ours, Optional<Fared> theirs) {
        Optional<Double> warm = theirs.filter(each -> each.warmSeconds().isPresent()).map(each -> each.warmSeconds().orElseThrow());
        return Beside.row(policy.toString(), both("%.2f", ours.kWh(), theirs.map(Fared::kWh)), both("%,.0f", ours.migrations(), theirs.map(Fared::migrations)),
                both("%,.0f", ours.shutdowns(), theirs.map(Fared::shutdowns)), both("%.2f", 100 * ours.slatah(), theirs.map(each -> 100 * each.slatah())),
                both("%.3f", 100 * ours.pdm(), theirs.map(each -> 100 * each.pdm())), both("%.2f", 1e3 * ours.esv(), theirs.map(each -> 1e3 * each.esv())),
                both("%.2f", ours.coldSeconds(), theirs.map(Fared::coldSeconds)),
                theirs.map(each -> Beside.text("%.0f", each.coldSeconds() / ours.coldSeconds())).orElse(""),
                both("%.2f", ours.warmSeconds().orElseThrow(), warm), warm.map(each -> Beside.text("%.0f", each / ours.warmSeconds().orElseThrow())).orElse(""));
    }

    private static String both(String format, double ours, Optional<Double> theirs) {
        return Beside.text(format, ours) + theirs.map(each -> " / " + Beside.text(format, each)).orElse("");
    }

    // --- Processes of all kinds ----------------------------------------------------------------------------------------------

    /** The first policy's day, and the other days, in processes of other kinds. */
    void processes() throws IOException, InterruptedException {
        Published policy = Published.ALL.get(0);
        out.printf("%n| %s | CPU s | VM-hours a CPU second | heap, MiB |%n|---|---|---|---|%n", policy);
        double hours = traces.machines() * HOURS;
        Optional<Jvm> plus = peers.plus("CloudSimPlusDay");
        if (plus.isPresent()) {
            Jvm.Run run = plus.get().of(List.of(folder.toString(), String.valueOf(HOSTS), policy.parameter())).run(directory);
            process(Peers.PLUS + Beside.text(" (%,.0f migrations)", run.number(1)), run, hours);
        }
        process("the twin without a class archive", once.run(directory), hours);
        process("the twin", once.archived(directory).run(directory), hours);
        double all = 0;
        for (Path day : days) {
            all += PlanetLab.read(day).machines() * HOURS;
        }
        process("the twin for " + days.size() + " days once each", Beside.ours(Beside.OURS, SimulatedDays.class, arguments(policy, 1, days)).run(directory), all);
    }

    private void process(String who, Jvm.Run run, double hours) throws IOException {
        double speed = hours / run.cpuSeconds();
        out.println(Beside.row(who, Beside.text("%.2f", run.cpuSeconds()), Beside.text("%,.0f", speed), String.valueOf(run.heapMiB())));
        figures.add("a process", Published.ALL.get(0).toString(), who,
                Map.of("cpu_seconds", run.cpuSeconds(), "vm_hours_per_cpu_second", speed, "heap_mib", run.heapMiB()));
    }
}
