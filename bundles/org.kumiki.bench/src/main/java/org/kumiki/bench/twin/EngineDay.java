package org.kumiki.bench.twin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
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
import org.kumiki.twin.simulation.Brains;
import org.kumiki.twin.simulation.Physics;
import org.kumiki.twin.simulation.Scenario;
import org.kumiki.twin.simulation.Simulation;
import org.kumiki.twin.simulation.SimulatedHost;
import org.kumiki.twin.trace.Demand;
import org.kumiki.twin.trace.Demands;
import org.kumiki.twin.trace.Workdays;

/** A day of several datacenters with the production engine, scheduler, policies and strategy in virtual time, in a Java of its own. */
final class EngineDay {

    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration PLAN = Duration.ofMinutes(5);
    private static final int DIGEST_BYTES = 8;
    private static final Duration INVENTORY = Duration.ofHours(1);

    private EngineDay() {
    }

    /** @param arguments how many datacenters, how many hosts and instances each has, for how many hours, and by how many threads, a datacenter each */
    public static void main(String[] arguments) throws ExecutionException, InterruptedException, NoSuchAlgorithmException {
        int[] numbers = IntStream.range(0, arguments.length).map(index -> Integer.parseInt(arguments[index])).toArray();
        ExecutorService threads = Executors.newFixedThreadPool(numbers[4]);
        try {
            List<Future<Series>> days = IntStream.rangeClosed(1, numbers[0])
                    .mapToObj(number -> threads.submit(() -> day(number, numbers[1], numbers[2], Duration.ofHours(numbers[3])))).toList();
            List<String> digests = new ArrayList<>();
            double energyKWh = 0;
            int moves = 0;
            double hostsOn = 0;
            int launches = 0;
            for (Future<Series> day : days) {
                Series series = day.get();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(series.intervals().toString().getBytes(StandardCharsets.UTF_8));
                digests.add(HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
                energyKWh += series.kWh();
                moves += series.moves();
                hostsOn += series.hostsOn();
                launches += series.launches();
            }
            System.out.println(Jvm.OUTCOME + launches + " " + energyKWh + " " + moves + " " + hostsOn + " " + String.join(",", digests));
        } finally {
            threads.shutdown();
        }
    }

    private static Series day(int number, int hosts, int instances, Duration length) {
        VirtualEngines engines = ServiceLoader.load(VirtualEngines.class).findFirst().orElseThrow();
        Demand demand = Demands.fixed(Workdays.traces(instances, 1, number), "t2.small");
        Scenario scenario = new Scenario(EngineSettings.STANDARD.every(PLAN, PLAN, INVENTORY).moving(64, 2), MONDAY, number, hosts(hosts), demand,
                Physics.STANDARD, brains(), Duration.ofMinutes(30));
        try (Simulation simulation = Simulation.of(engines, scenario)) {
            simulation.runUntil(MONDAY.plus(length));
            return simulation.series();
        }
    }

    private static List<SimulatedHost> hosts(int count) {
        Resources promised = new Resources(96, 192 * 1_024L, 4_000_000, 20_000);
        return IntStream.range(0, count).mapToObj(host -> new SimulatedHost(new HostId("host-" + host), promised, 12, Map.of(), PowerTable.X3550_X5675,
                HostSleep.SUSPENDED, true)).toList();
    }

    private static Brains brains() {
        Duration rest = Duration.ofHours(1);
        return new Brains(List.of(new Named<>("bestfit", new BestFit())), List.of(new Named<>("adaptive", new Adaptive(0.9, 2, Duration.ofMinutes(10)))),
                List.of(new Named<>("consolidate", new Consolidate(0.8, 16, rest, 5, 0)),
                        new Named<>("balance", new Balance(new Balance.Settings(0.8, 0.6, 0.3, 0.1, 0.01, 10, rest, 5))),
                        new Named<>("powersave", new PowerSave(new PowerSave.Settings(Duration.ofMinutes(15), 0.6, 0.8, 1, Duration.ofMinutes(30), 5)))));
    }
}
