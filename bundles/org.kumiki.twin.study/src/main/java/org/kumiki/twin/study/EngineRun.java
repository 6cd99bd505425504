package org.kumiki.twin.study;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.IntStream;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Named;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.simulation.Brains;
import org.kumiki.twin.simulation.SimulatedHost;
import org.kumiki.twin.simulation.Simulation;
import org.kumiki.twin.trace.Demands;

/** A run of the production engine in virtual time: its machines are instances of one type, launched at the beginning. */
final class EngineRun {

    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final String TYPE = "t2.small";
    private static final String SCHEDULER = "bestfit";
    private static final String STRATEGY = "adaptive";
    /** How many CPUs a host promises for each that it has, since machines seldom use theirs. */
    private static final int PROMISED = 4;
    private static final EngineSettings SETTINGS = EngineSettings.STANDARD.every(INTERVAL, INTERVAL, Duration.ofMinutes(10)).moving(64, 2);

    private EngineRun() {
    }

    static Result run(Scenario scenario, long seed, Optional<Policy> policy, Policies brains) {
        Brains deciding = new Brains(List.of(brains.brain(Scheduler.class, SCHEDULER)), List.of(brains.brain(MigrationStrategy.class, STRATEGY)),
                policy.map(each -> new Named<>("studied", each)).stream().toList());
        var begin = new org.kumiki.twin.simulation.Scenario(SETTINGS, MONDAY, seed, hosts(scenario.hosts()),
                Demands.fixed(scenario.workload().traces(seed, scenario.length()), TYPE), org.kumiki.twin.simulation.Physics.STANDARD, deciding, INTERVAL);
        try (Simulation simulation = Simulation.of(engines(), begin)) {
            simulation.runUntil(MONDAY.plus(scenario.length()));
            return result(simulation.series());
        }
    }

    private static VirtualEngines engines() {
        return ServiceLoader.load(VirtualEngines.class, Thread.currentThread().getContextClassLoader()).findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no engine on the class path"));
    }

    /** Of the programs that such a run has beside the policy. */
    static String digest(Policies brains) {
        return String.join(" ", Code.digest(engines().getClass()), Code.digest(brains.named(Scheduler.class, SCHEDULER).orElseThrow().place()),
                Code.digest(brains.named(MigrationStrategy.class, STRATEGY).orElseThrow().place()));
    }

    private static List<SimulatedHost> hosts(List<HostKind> kinds) {
        return IntStream.range(0, kinds.size()).mapToObj(host -> {
            HostKind kind = kinds.get(host);
            return new SimulatedHost(new HostId(String.format("host-%05d", host)), new Resources(PROMISED * kind.cores(), kind.memoryMiB(), 4_000_000, 20_000), kind.cores(),
                    Map.of(), kind.power(), HostSleep.SUSPENDED, true);
        }).toList();
    }

    private static Result result(Series series) {
        List<Result.Moment> moments = new ArrayList<>();
        Instant since = series.begin();
        double kWh = 0;
        double onSeconds = 0;
        int moves = 0;
        for (Interval interval : series.intervals()) {
            double seconds = Duration.between(since, interval.end()).toNanos() / 1e9;
            since = interval.end();
            kWh += interval.kWh();
            moves += interval.moves();
            onSeconds += interval.hostsOn() * seconds;
            moments.add(new Result.Moment(Duration.between(series.begin(), since).toSeconds() / 60.0, interval.hostsOn(), interval.load(),
                    interval.violationSeconds() / seconds, kWh, moves));
        }
        if (series.failedLaunches() > 0) {
            throw new IllegalArgumentException(series.failedLaunches() + " machines, each a " + TYPE + ", have no room on the hosts");
        }
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        metrics.put(Metric.ENERGY_KWH, series.kWh());
        metrics.put(Metric.MIGRATIONS, (double) series.moves());
        metrics.put(Metric.SLATAH_PERCENT, onSeconds == 0 ? 0 : 100 * series.violationSeconds() / onSeconds);
        metrics.put(Metric.ACTIVE_HOSTS, series.hostsOn());
        return new Result(metrics, moments);
    }
}
