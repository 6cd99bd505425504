package org.kumiki.twin.study;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.simulation.Brains;
import org.kumiki.twin.simulation.Service;
import org.kumiki.twin.simulation.SimulatedHost;
import org.kumiki.twin.simulation.Simulation;

/** A run of the production engine in virtual time. Policies, the best first, are those of a choice, in its order. */
final class EngineRun {

    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final EngineSettings SETTINGS = EngineSettings.STANDARD.every(INTERVAL, INTERVAL, Duration.ofMinutes(10)).moving(64, 2);
    /** Enough for any type, which has none: disks are not what hosts have too little of. */
    private static final int DISK_MIB = 4_000_000;
    private static final int NETWORK_MBPS = 20_000;

    private EngineRun() {
    }

    static Result run(Scenario scenario, Choice choice, long seed, Policies brains) {
        Brains deciding = new Brains(List.of(brains.create(Scheduler.class, choice.scheduler())),
                List.of(brains.create(MigrationStrategy.class, choice.strategy())),
                choice.policies().stream().map(policy -> brains.create(Policy.class, policy)).toList());
        EngineSettings settings = SETTINGS.offering(scenario.types().stream().map(MachineType::instanceType).toList());
        var begin = new org.kumiki.twin.simulation.Scenario(settings, MONDAY, seed, hosts(scenario),
                scenario.workload().demand(seed, scenario.length()), org.kumiki.twin.simulation.Physics.STANDARD, deciding, INTERVAL);
        try (Simulation simulation = Simulation.of(engines(), begin)) {
            scenario.failing().moments(begin.hosts().size(), scenario.length(), ~seed)
                    .forEach((host, at) -> simulation.fail(List.of(begin.hosts().get(host).id()), at));
            simulation.runUntil(MONDAY.plus(scenario.length()));
            Series series = simulation.series();
            boolean isFixed = scenario.workload() instanceof Workload.Fixed;
            if (isFixed && scenario.failing().isNever() && series.failedLaunches() > 0) {
                throw new IllegalArgumentException(series.failedLaunches() + " of " + scenario.workload().machines()
                        + " machines have no room on the hosts");
            }
            Map<Metric, Double> metrics = metrics(series, simulation.service());
            metrics.keySet().removeIf(metric -> !metric.isMeasured(scenario.workload(), scenario.failing()));
            return new Result(metrics, moments(series, isFixed));
        }
    }

    private static VirtualEngines engines() {
        return ServiceLoader.load(VirtualEngines.class, Thread.currentThread().getContextClassLoader()).findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no engine on the class path"));
    }

    static String codeOfTheEngine() {
        return Code.digest(engines().getClass());
    }

    private static List<SimulatedHost> hosts(Scenario scenario) {
        return IntStream.range(0, scenario.hosts().size()).mapToObj(host -> {
            HostKind kind = scenario.hosts().get(host);
            Resources capacity = new Resources(scenario.promised() * kind.cores(), kind.memoryMiB(), DISK_MIB, NETWORK_MBPS);
            HostId id = new HostId(String.format("host-%05d", host));
            return new SimulatedHost(id, capacity, kind.cores(), Map.of(), kind.power(), HostSleep.SUSPENDED, true);
        }).toList();
    }

    private static List<Result.Moment> moments(Series series, boolean isFixed) {
        List<Result.Moment> moments = new ArrayList<>();
        Instant since = series.begin();
        double kWh = 0;
        int moves = 0;
        int failed = 0;
        for (Interval interval : series.intervals()) {
            double seconds = seconds(since, interval.end());
            since = interval.end();
            kWh += interval.kWh();
            moves += interval.moves();
            failed += interval.failedLaunches();
            moments.add(new Result.Moment(seconds(series.begin(), since) / 60, interval.hostsOn(), interval.load(),
                    interval.violationSeconds() / seconds, kWh, moves, isFixed ? Double.NaN : interval.instances(), isFixed ? Double.NaN : failed));
        }
        return moments;
    }

    private static Map<Metric, Double> metrics(Series series, Service service) {
        double onSeconds = 0;
        Instant since = series.begin();
        for (Interval interval : series.intervals()) {
            onSeconds += interval.hostsOn() * seconds(since, interval.end());
            since = interval.end();
        }
        double slatah = onSeconds == 0 ? 0 : series.violationSeconds() / onSeconds;
        double slav = slatah * service.degradation();
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        metrics.put(Metric.ENERGY_KWH, series.kWh());
        metrics.put(Metric.MIGRATIONS, (double) series.moves());
        metrics.put(Metric.SHUTDOWNS, (double) service.sleeps());
        metrics.put(Metric.SLATAH_PERCENT, 100 * slatah);
        metrics.put(Metric.PDM_PERCENT, 100 * service.degradation());
        metrics.put(Metric.SLAV, slav);
        metrics.put(Metric.ESV_KWH, series.kWh() * slav);
        metrics.put(Metric.UNSERVED_PERCENT, 100 * service.unserved());
        metrics.put(Metric.ACTIVE_HOSTS, onSeconds / seconds(series.begin(), since));
        metrics.put(Metric.LAUNCHES, (double) series.launches());
        metrics.put(Metric.FAILED_LAUNCHES, (double) series.failedLaunches());
        metrics.put(Metric.LOST, (double) series.lost());
        return metrics;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
