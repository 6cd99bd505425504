package org.kumiki.twin.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.Named;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.migration.adaptive.Adaptive;
import org.kumiki.policy.balance.Balance;
import org.kumiki.policy.consolidate.Consolidate;
import org.kumiki.policy.powersave.PowerSave;
import org.kumiki.scheduler.bestfit.BestFit;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.Demand;
import org.kumiki.twin.trace.Demands;
import org.kumiki.twin.trace.Workdays;

/** Days of simulated datacenters, with the brains of the real one. */
final class Days {

    static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    static final VirtualEngines ENGINES = ServiceLoader.load(VirtualEngines.class).findFirst().orElseThrow();

    private Days() {
    }

    static Named<Policy> consolidate() {
        return new Named<>("consolidate", new Consolidate(0.8, 16, Duration.ofHours(1), 5, 0));
    }

    static Named<Policy> balance() {
        return new Named<>("balance", new Balance(new Balance.Settings(0.8, 0.6, 0.3, 0.1, 0.01, 10, Duration.ofHours(1), 5)));
    }

    static Named<Policy> powersave() {
        return new Named<>("powersave", new PowerSave(new PowerSave.Settings(Duration.ofMinutes(15), 0.6, 0.8, 1, Duration.ofMinutes(30), 5)));
    }

    static Brains brains(List<Named<Policy>> policies) {
        return new Brains(List.of(new Named<>("bestfit", new BestFit())),
                List.of(new Named<>("adaptive", new Adaptive(0.9, 2, Duration.ofMinutes(10)))), policies);
    }

    static List<SimulatedHost> hosts(int count) {
        return IntStream.range(0, count).mapToObj(host -> new SimulatedHost(new HostId(String.format("host-%05d", host)),
                new Resources(32, 65_536, 4_000_000, 20_000), 16, Map.of(), PowerTable.X3550_X5675, HostSleep.SUSPENDED, true)).toList();
    }

    static Scenario scenario(int hosts, Demand demand, Brains brains) {
        return new Scenario(EngineSettings.STANDARD.every(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10)).moving(64, 2), MONDAY, 1,
                hosts(hosts), demand, Physics.STANDARD, brains, Duration.ofMinutes(30));
    }

    static Demand machines(int count) {
        return Demands.fixed(Workdays.traces(count, 1, 7), "t2.small");
    }

    static Series run(Scenario scenario, Duration length) {
        try (Simulation simulation = Simulation.of(ENGINES, scenario)) {
            simulation.runUntil(MONDAY.plus(length));
            return simulation.series();
        }
    }

    /** Prints a day's series: so that another process can be compared with this one. */
    public static void main(String[] args) {
        long began = System.nanoTime();
        int hosts = Integer.parseInt(args[0]);
        Scenario scenario = scenario(hosts, machines(Integer.parseInt(args[1])), brains(List.of(consolidate(), balance(), powersave())));
        Series series = run(scenario, Duration.ofHours(Integer.parseInt(args[2])));
        series.intervals().forEach(System.out::println);
        System.err.printf("%.1f s, %.1f kWh, %d moves, %.0f violation seconds, %.1f hosts on%n", (System.nanoTime() - began) / 1e9, series.kWh(), series.moves(), series.violationSeconds(), series.hostsOn());
    }
}
