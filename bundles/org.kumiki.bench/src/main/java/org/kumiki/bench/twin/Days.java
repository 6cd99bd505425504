package org.kumiki.bench.twin;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.api.policy.Policy;
import org.kumiki.policy.stochastic.Stochastic;
import org.kumiki.twin.cloudsim.HonestStudy;
import org.kumiki.twin.cloudsim.Outcome;
import org.kumiki.twin.cloudsim.Study;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.PlanetLab;
import org.kumiki.twin.trace.Workdays;

/**
 * What policies come to on PlanetLab's days, or on one that is made up, by the physics of CloudSim 3.0.3 or without its simplifications; and how
 * fast that is. Prints tables in Markdown.
 */
public final class Days {

    /**
     * Of CloudSim 3.0.3 with thr-mmt-0.8 on 3 March 2011, as was once measured on a quiet machine; it is on no repository from which it could be
     * brought.
     */
    private static final double CLOUDSIM_VM_HOURS_PER_CPU_SECOND = 787;
    private static final int MACHINES = 1_052;
    private static final double HOURS = 24;

    private final int hosts;
    private final boolean honest;
    private final PrintStream out;

    /** @param honest without CloudSim's simplifications */
    public Days(int hosts, boolean honest, PrintStream out) {
        this.hosts = hosts;
        this.honest = honest;
        this.out = out;
    }

    private static Map<String, Optional<Policy>> policies() {
        Map<String, Optional<Policy>> policies = new LinkedHashMap<>();
        policies.put("none", Optional.empty());
        Published.ALL.forEach(published -> policies.put(published.toString(), Optional.of(published.policy())));
        policies.put("stochastic", Optional.of(new Stochastic(1, 1.5, 30)));
        return policies;
    }

    /** @param traces a directory of days; without, a day is made up */
    public void run(Optional<Path> traces) throws IOException {
        if (traces.isEmpty()) {
            day("a workday that is made up", Workdays.traces(MACHINES, 1, 1));
            return;
        }
        List<Path> days;
        try (Stream<Path> files = Files.list(traces.get())) {
            days = files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
        }
        for (Path day : days) {
            day(day.getFileName().toString(), PlanetLab.read(day));
        }
    }

    private void day(String name, CpuTraces traces) {
        out.printf(Locale.ROOT, """

                %s: %d machines on %d hosts%s

                | policy | kWh | migrations | shutdowns | hosts with machines, mean | SLATAH %% | PDM %% | ESV 1e-3 kWh | CPU s | VM-hours a CPU second%s |
                |---|---|---|---|---|---|---|---|---|---%s|
                """, name, traces.machines(), hosts, honest ? ", without CloudSim's simplifications" : "", honest ? "" : " | x CloudSim", honest ? "" : "|---");
        policies().forEach((policy, brain) -> line(policy, traces, brain));
    }

    private void line(String name, CpuTraces traces, Optional<Policy> policy) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        Outcome outcome = honest ? HonestStudy.run(traces, hosts, policy) : Study.run(traces, hosts, policy);
        double seconds = (threads.getCurrentThreadCpuTime() - before) / 1e9;
        double speed = traces.machines() * HOURS / seconds;
        out.printf(Locale.ROOT, "| %s | %,.2f | %,d | %,d | %.0f | %.3f | %.4f | %.4f | %.2f | %,.0f%s |%n", name, outcome.energyKWh(), outcome.migrations(),
                outcome.shutdowns(), outcome.activeHosts(), 100 * outcome.slatah(), 100 * outcome.pdm(), 1e3 * outcome.esv(), seconds, speed,
                honest ? "" : " | " + Math.round(speed / CLOUDSIM_VM_HOURS_PER_CPU_SECOND));
    }
}
