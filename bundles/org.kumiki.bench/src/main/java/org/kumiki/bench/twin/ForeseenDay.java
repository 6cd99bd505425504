package org.kumiki.bench.twin;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.kumiki.api.forecast.Accuracy;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.Named;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.migration.adaptive.Adaptive;
import org.kumiki.policy.balance.Balance;
import org.kumiki.policy.consolidate.Consolidate;
import org.kumiki.scheduler.bestfit.BestFit;
import org.kumiki.twin.forecast.TwinForecaster;
import org.kumiki.twin.model.BootTime;
import org.kumiki.twin.model.Channel;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.simulation.Brains;
import org.kumiki.twin.simulation.Physics;
import org.kumiki.twin.simulation.Scenario;
import org.kumiki.twin.simulation.Simulation;
import org.kumiki.twin.simulation.SimulatedHost;
import org.kumiki.twin.trace.Arrival;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.Demand;
import org.kumiki.twin.trace.Demands;
import org.kumiki.twin.trace.PlanetLab;
import org.kumiki.twin.trace.Workdays;

/** How far the twin's forecasts are off on days of a simulated datacenter, whose instances come and go all day and use what machines did. */
public final class ForeseenDay {

    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LAST_ARRIVAL = Duration.ofHours(22);
    private static final Duration REST = Duration.ofHours(1);

    private final int hosts;
    private final int instances;
    private final PrintStream out;

    public ForeseenDay(int hosts, int instances, PrintStream out) {
        this.hosts = hosts;
        this.instances = instances;
        this.out = out;
    }

    /** @param traces a directory with days of PlanetLab, each of which is simulated; without one, a day that is made up */
    public void run(Optional<Path> traces) throws IOException {
        if (traces.isEmpty()) {
            day("a day that is made up", Workdays.traces(instances, 1, 7));
            return;
        }
        List<Path> days;
        try (Stream<Path> files = Files.list(traces.get())) {
            days = files.sorted().toList();
        }
        for (Path day : days) {
            day(day.getFileName().toString(), PlanetLab.read(day));
        }
    }

    private void day(String name, CpuTraces traces) {
        VirtualEngines engines = ServiceLoader.load(VirtualEngines.class).findFirst().orElseThrow();
        Physics physics = new Physics(Duration.ofSeconds(2), BootTime.MACHINE_2015, new Channel(Channel.bytes(8_000), 0.1, 0.04), 0.1, Duration.ofMinutes(1));
        EngineSettings settings = EngineSettings.STANDARD.every(Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(30)).moving(16, 2);
        try (Simulation simulation = Simulation.of(engines, new Scenario(settings, MONDAY, 1, fleet(), demand(traces), physics, brains(), Duration.ofMinutes(30)))) {
            simulation.foresee(new TwinForecaster());
            simulation.runUntil(MONDAY.plus(DAY));
            out.printf(Locale.ROOT, "%s, %d hosts, %d instances, %d moves%n", name, hosts, instances, simulation.series().moves());
            Accuracy.of(simulation.forecasts()).forEach(this::print);
        }
    }

    private void print(Accuracy accuracy) {
        out.printf(Locale.ROOT, "  %-10s time %s %%, standstill %s %%, hosts %s points, where nothing else happened %s points%n", accuracy.kind(),
                off(accuracy.total()), off(accuracy.downtime()), off(accuracy.load()), off(accuracy.undisturbed()));
    }

    private static String off(Accuracy.Median median) {
        return median.error().isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f (of %d)", 100 * median.error().getAsDouble(), median.of());
    }

    private List<SimulatedHost> fleet() {
        Resources promised = new Resources(64, 65_536, 4_000_000, 20_000);
        return IntStream.range(0, hosts).mapToObj(host -> new SimulatedHost(new HostId(String.format("host-%04d", host)), promised, 16, Map.of(),
                PowerTable.X3550_X5675, HostSleep.SUSPENDED, true)).toList();
    }

    /** Arrivals all over the day, of which half stay, and half live from one to eight hours. */
    private Demand demand(CpuTraces traces) {
        Random random = new Random(1);
        List<Arrival> machines = Demands.fixed(traces, "t2.small").arrivals();
        List<Arrival> arrivals = new ArrayList<>();
        for (int number = 0; number < instances; number++) {
            Arrival machine = machines.get(number % machines.size());
            Duration at = Duration.ofSeconds(60 + Math.round(random.nextDouble() * LAST_ARRIVAL.toSeconds()));
            Optional<Duration> life = random.nextBoolean() ? Optional.empty() : Optional.of(Duration.ofMinutes(60 + random.nextInt(420)));
            arrivals.add(new Arrival("guest-" + number, at, life, machine.type(), machine.use()));
        }
        arrivals.sort(Comparator.comparing(Arrival::at));
        return new Demand(DAY, arrivals);
    }

    private static Brains brains() {
        return new Brains(List.of(new Named<>("bestfit", new BestFit())), List.of(new Named<>("adaptive", new Adaptive(0.9, 2, Duration.ofMinutes(10)))),
                List.of(new Named<>("consolidate", new Consolidate(0.8, 16, REST, 5, 0)),
                        new Named<>("balance", new Balance(new Balance.Settings(0.8, 0.6, 0.3, 0.1, 0.01, 10, REST, 5)))));
    }
}
