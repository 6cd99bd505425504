package org.kumiki.twin.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.forecast.Accuracy;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Named;
import org.kumiki.api.twin.Series;
import org.kumiki.twin.forecast.TwinForecaster;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.Arrival;
import org.kumiki.twin.trace.Demand;

class SimulationTest {

    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void policiesOfTheRealDatacenterSaveEnergyInAnother() {
        Series idle = Days.run(Days.scenario(12, Days.machines(80), Days.brains(List.of())), DAY);
        Series saved = Days.run(Days.scenario(12, Days.machines(80), Days.brains(List.of(Days.consolidate(), Days.powersave()))), DAY);

        assertThat(idle.hostsOn()).isEqualTo(12);
        assertThat(idle.moves()).isZero();
        assertThat(idle.launches()).isEqualTo(80);
        assertThat(saved.launches()).isEqualTo(80);
        assertThat(saved.hostsOn()).isLessThan(8);
        assertThat(saved.kWh()).isLessThan(0.7 * idle.kWh());
        assertThat(saved.failedLaunches()).isZero();
    }

    /** Sends a guest to the next host each fourth time that it is asked, once all have come. */
    private static Policy wandering() {
        AtomicInteger asked = new AtomicInteger();
        return (view, history) -> {
            int turn = asked.getAndIncrement();
            if (turn < 72 || turn % 4 != 0) {
                return new Plan(List.of(), "not now");
            }
            int guest = turn % view.instances().size();
            HostId next = view.hosts().id((view.instances().hostRow(guest) + 1) % view.hosts().size());
            return new Plan(List.of(new Plan.Step(new Action.Migrate(view.instances().instance(guest).id(), next), "it wanders")), "it wanders");
        };
    }

    @Test
    void startsAndMovesAreForeseenAndHostsCarryWhatWasForeseenOfThem() {
        List<Arrival> oneByOne = new ArrayList<>();
        Days.machines(80).arrivals().forEach(machine -> oneByOne.add(new Arrival(machine.name(), Duration.ofMinutes(4L * (oneByOne.size() + 1)), Optional.empty(),
                machine.type(), machine.use())));
        Scenario slow = Days.scenario(12, new Demand(DAY, oneByOne), Days.brains(List.of(new Named<>("wandering", wandering()))));
        Scenario everyMinute = new Scenario(slow.settings().every(Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(10)), slow.begin(), slow.seed(),
                slow.hosts(), slow.demand(), slow.physics(), slow.brains(), slow.interval());
        try (Simulation simulation = Simulation.of(Days.ENGINES, everyMinute)) {
            simulation.foresee(new TwinForecaster());
            simulation.runUntil(Days.MONDAY.plus(DAY));

            Map<Kind, List<Foreseen>> all = simulation.forecasts().stream().collect(Collectors.groupingBy(each -> each.undertaking().kind()));
            assertThat(all.get(Kind.START).size()).isEqualTo(80);
            assertThat(all.get(Kind.MOVE).size()).isGreaterThan(40);
            assertThat(all.get(Kind.START).stream().skip(1)).allMatch(each -> each.forecast().isPresent() && each.happened().isPresent() && each.afterwards().isPresent());
            Map<Kind, Accuracy> accuracies = Accuracy.of(simulation.forecasts()).stream().collect(Collectors.toMap(Accuracy::kind, accuracy -> accuracy));
            assertThat(accuracies.get(Kind.MOVE).total().error().orElseThrow()).isLessThan(0.05);
            assertThat(accuracies.get(Kind.MOVE).undisturbed().of()).isGreaterThan(60);
            assertThat(accuracies.get(Kind.MOVE).undisturbed().error().orElseThrow()).isLessThan(0.03);
            assertThat(accuracies.get(Kind.START).load().of()).isGreaterThan(60);
            assertThat(accuracies.get(Kind.START).load().error().orElseThrow()).isLessThan(0.1);
        }
    }

    @Test
    void balanceRelievesHostsThatAreAskedForTooMuch() {
        List<Arrival> busy = new ArrayList<>();
        for (int guest = 0; guest < 30; guest++) {
            busy.add(new Arrival("busy-" + guest, Duration.ZERO, Optional.empty(), "t2.small", seconds -> seconds < 7_200 ? 0.1 : 0.9));
        }
        Demand demand = new Demand(DAY, busy);
        Series alone = Days.run(Days.scenario(3, demand, Days.brains(List.of())), Duration.ofHours(8));
        Series balanced = Days.run(Days.scenario(3, demand, Days.brains(List.of(Days.balance()))), Duration.ofHours(8));

        assertThat(alone.violationSeconds()).isGreaterThan(20_000);
        assertThat(balanced.moves()).isPositive();
        assertThat(balanced.violationSeconds()).isLessThan(alone.violationSeconds() / 4);
    }

    @Test
    void hostsThatDoNothingDrawWhatTheirTableSays() {
        Series series = Days.run(Days.scenario(2, new Demand(DAY, List.of()), Days.brains(List.of())), Duration.ofHours(5));

        assertThat(series.kWh()).isCloseTo(2 * 5 * PowerTable.X3550_X5675.watts(0) / 1_000, offset(1e-9));
        assertThat(series.intervals()).hasSize(10).extracting(Interval::end).last().isEqualTo(Days.MONDAY.plus(Duration.ofHours(5)));
    }

    @Test
    void theLoadOfGuestsIsMeasuredAsInTheLiveDatacenter() {
        Demand demand = new Demand(DAY, List.of(new Arrival("half", Duration.ZERO, Optional.empty(), "t2.small", seconds -> 0.5)));
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(1, demand, Days.brains(List.of())))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(1)));

            assertThat(simulation.datacenter().inventory().instances().stream()).singleElement().satisfies(instance -> {
                assertThat(instance.state()).isEqualTo(InstanceState.RUNNING);
                assertThat(simulation.datacenter().history().cpu(instance.id(), 3)).containsExactly(0.5, 0.5, 0.5);
            });
        }
    }

    @Test
    void instancesGoWhenTheirTimeIsOverAndThoseThatFindNoRoomAreCounted() {
        List<Arrival> arrivals = new ArrayList<>();
        for (int guest = 0; guest < 40; guest++) { // 32 find room
            arrivals.add(new Arrival("short-" + guest, Duration.ofMinutes(10), Optional.of(Duration.ofMinutes(30)), "t2.small", seconds -> 0.1));
        }
        Series series = Days.run(Days.scenario(1, new Demand(DAY, arrivals), Days.brains(List.of())), Duration.ofHours(2));

        assertThat(series.launches()).isEqualTo(32);
        assertThat(series.failedLaunches()).isEqualTo(8);
        assertThat(series.intervals()).extracting(Interval::instances).containsExactly(32, 0, 0, 0);
    }

    /** Moves the only guest to the other host. */
    private static Policy once() {
        return (view, history) -> {
            if (view.instances().size() == 0 || history.moved(view.instances().instance(0).id()).isPresent()) {
                return Plan.NOTHING;
            }
            Instance only = view.instances().instance(0);
            HostId other = view.hosts().id(1 - view.hosts().row(only.host().orElseThrow()));
            return new Plan(List.of(new Plan.Step(new Action.Migrate(only.id(), other), "once")), "to see how long it takes");
        };
    }

    @Test
    void aMoveTakesAsLongAsItsMemory() {
        Demand demand = new Demand(DAY, List.of(new Arrival("one", Duration.ZERO, Optional.empty(), "t2.small", seconds -> 0.2)));
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(2, demand, Days.brains(List.of(new Named<>("one", once())))))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofMinutes(30)));

            assertThat(simulation.datacenter().inventory().migrations().stream()).singleElement().satisfies(migration -> {
                assertThat(migration.state()).isEqualTo(Migration.State.COMPLETED);
                assertThat(Duration.between(migration.began(), migration.since()))
                        .isBetween(Duration.ofMillis(2_100), Duration.ofMillis(2_600)); // 2 GiB at 1 GB/s
            });
            assertThat(simulation.series().moves()).isOne();
            assertThat(simulation.service().wanted()).isCloseTo(0.2 * 1_798, offset(0.01)); // it has been on for all but two seconds
            assertThat(simulation.service().lostByMoves()).as("it stood still at last").isBetween(0.2 * 0.04, 0.2 * 0.5);
            assertThat(simulation.service().missed()).isEqualTo(simulation.service().lostByMoves());
        }
    }

    @Test
    void whatHostsHaveTooLittleOfIsMissed() {
        List<Arrival> busy = new ArrayList<>();
        for (int guest = 0; guest < 24; guest++) { // on 16 processors
            busy.add(new Arrival("busy-" + guest, Duration.ZERO, Optional.empty(), "t2.small", seconds -> 1));
        }
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(1, new Demand(DAY, busy), Days.brains(List.of())))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(2)));

            assertThat(simulation.service().unserved()).isCloseTo(8 / 24.0, offset(1e-6));
            assertThat(simulation.service().degradation()).isZero();
        }
    }

    @Test
    void aStrategyThatSlowsAGuestDownCostsIt() {
        Service calm = moved(new Named<>("calm", (order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0)));
        Service slow = moved(new Named<>("slow", (order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0.5)));

        assertThat(slow.lostByMoves()).isGreaterThan(calm.lostByMoves() + 0.5 * 0.2 * 2); // half of what it wants, for two seconds and more
    }

    private static Service moved(Named<MigrationStrategy> strategy) {
        Demand demand = new Demand(DAY, List.of(new Arrival("one", Duration.ZERO, Optional.empty(), "t2.small", seconds -> 0.2)));
        Brains brains = new Brains(Days.brains(List.of()).schedulers(), List.of(strategy), List.of(new Named<>("once", once())));
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(2, demand, brains))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofMinutes(30)));
            assertThat(simulation.series().moves()).isOne();
            return simulation.service();
        }
    }

    @Test
    void typesOfOnesOwnAreOffered() {
        Scenario usual = Days.scenario(1, new Demand(DAY, List.of(new Arrival("own", Duration.ZERO, Optional.empty(), "own", seconds -> 0.5))), Days.brains(List.of()));
        InstanceType own = new InstanceType("own", new Resources(6, 3_000, 0, 0), 6, "x86_64", BigDecimal.ZERO);
        Scenario scenario = new Scenario(usual.settings().offering(List.of(own)), usual.begin(), 1, usual.hosts(), usual.demand(), usual.physics(), usual.brains(),
                usual.interval());
        try (Simulation simulation = Simulation.of(Days.ENGINES, scenario)) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(1)));

            assertThat(simulation.datacenter().inventory().instances().stream()).singleElement()
                    .satisfies(instance -> assertThat(instance.resources()).isEqualTo(own.resources()));
            assertThat(simulation.service().wanted()).isCloseTo(3 * 3_598, offset(1.0));
            assertThat(simulation.datacenter().inventory().instanceTypes().size()).isOne();
        }
        assertThat(Days.run(usual, Duration.ofHours(1)).launches()).as("there is no such type by itself").isZero();
    }

    /** In another process everything that hangs on addresses of objects or salts of hashes is different. */
    @Test
    void theSameScenarioComesToTheSameBytesInAnotherProcess() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Days.class.getName(), "8", "60", "12").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Scenario scenario = Days.scenario(8, Days.machines(60), Days.brains(List.of(Days.consolidate(), Days.balance(), Days.powersave())));
        Series here = Days.run(scenario, Duration.ofHours(12));

        String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).isZero();
        assertThat(here.moves()).isPositive();
        assertThat(there).isEqualTo(here.intervals().stream().map(Interval::toString).collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void aBrainThatThrowsEndsTheRunAndIsNamed() {
        Policy broken = (view, history) -> {
            throw new IllegalArgumentException("I cannot count");
        };
        Scenario scenario = Days.scenario(2, Days.machines(3), Days.brains(List.of(new Named<>("broken", broken))));

        assertThatThrownBy(() -> Days.run(scenario, DAY)).isInstanceOf(IllegalStateException.class)
                .hasMessage("policy broken threw java.lang.IllegalArgumentException: I cannot count");
    }

    @Test
    void aRunThatIsCancelledEnds() {
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(2, Days.machines(3), Days.brains(List.of())))) {
            simulation.cancel();

            assertThatThrownBy(() -> simulation.runUntil(Days.MONDAY.plus(DAY))).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void aForkGoesOnFromWhereItWasAndLeavesTheOtherAlone() {
        try (Simulation first = Simulation.of(Days.ENGINES, Days.scenario(6, Days.machines(40), Days.brains(List.of(Days.consolidate()))))) {
            Instant noon = Days.MONDAY.plus(Duration.ofHours(12));
            first.runUntil(noon);
            long version = first.datacenter().inventory().version();
            Fork fork = new Fork(first.fork().settings(), noon, 1, Brains.of(first.fork()), Physics.STANDARD, HostSleep.SUSPENDED, 1,
                    Duration.ofHours(1));
            try (Simulation ahead = Simulation.of(Days.ENGINES, first.fork(), fork)) {
                ahead.runUntil(noon.plus(Duration.ofHours(6)));

                assertThat(ahead.datacenter().inventory().instances().size()).isEqualTo(40);
                assertThat(ahead.series().intervals()).hasSize(6).allSatisfy(interval -> assertThat(interval.instances()).isEqualTo(40));
                assertThat(ahead.series().intervals().get(0).load()).isCloseTo(load(first), offset(0.05));
            }
            assertThat(first.datacenter().inventory().version()).isEqualTo(version);
            assertThat(first.instant()).isEqualTo(noon);
        }
    }

    private static double load(Simulation simulation) {
        List<Interval> intervals = simulation.series().intervals();
        return intervals.get(intervals.size() - 1).load();
    }

    @Test
    void aHostIsTakenAwayWhenItsGuestsHaveMoved() {
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(3, Days.machines(40), Days.brains(List.of())))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(1)));
            HostId first = new HostId("host-00000");
            simulation.takeAway(List.of(first));
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(2)));

            assertThat(simulation.datacenter().inventory().hosts().find(first)).isEmpty();
            assertThat(simulation.datacenter().inventory().instances().stream().filter(instance -> instance.state() == InstanceState.RUNNING))
                    .hasSize(40);
            List<Interval> intervals = simulation.series().intervals();
            assertThat(intervals.get(intervals.size() - 1).hostsOn()).isEqualTo(2);
        }
    }

    @Test
    void aHostThatFailsIsLostWithItsGuestsAsInTheLiveDatacenter() {
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(3, Days.machines(40), Days.brains(List.of())))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(1)));
            HostId first = new HostId("host-00000");
            int there = (int) simulation.datacenter().inventory().instances().stream().filter(instance -> instance.host().equals(Optional.of(first)))
                    .count();
            simulation.fail(List.of(first), Duration.ofMinutes(10));
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(2)));

            assertThat(there).isPositive();
            assertThat(simulation.series().lost()).isEqualTo(there);
            assertThat(simulation.datacenter().inventory().hosts().find(first).orElseThrow().state()).isEqualTo(HostState.LOST);
            assertThat(simulation.datacenter().inventory().instances().stream()).as("what its guests do is not known")
                    .hasSize(40).allMatch(instance -> instance.state() == InstanceState.RUNNING);
            List<Interval> intervals = simulation.series().intervals();
            assertThat(intervals.get(intervals.size() - 1).instances()).isEqualTo(40 - there);
            assertThat(intervals.get(intervals.size() - 1).hostsOn()).isEqualTo(2);
        }
    }

    @Test
    void aGuestOnItsWayToAHostThatFailsStaysWhereItIs() {
        Demand demand = new Demand(DAY, List.of(new Arrival("one", Duration.ZERO, Optional.empty(), "t2.small", seconds -> 0.2)));
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(2, demand, Days.brains(List.of())))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofMinutes(10)));
            Instance only = simulation.datacenter().inventory().instances().stream().findFirst().orElseThrow();
            HostId other = new HostId(only.host().orElseThrow().value().endsWith("0") ? "host-00001" : "host-00000");
            simulation.datacenter().submit(new Caller(only.owner(), true, "a test"),
                    new MigrationCommand.Start(only.id(), Optional.of(other), Optional.empty(), "to see"));
            simulation.fail(List.of(other), Duration.ofSeconds(1));
            simulation.runUntil(Days.MONDAY.plus(Duration.ofMinutes(30)));

            assertThat(simulation.datacenter().inventory().migrations().find(only.id()).orElseThrow().state()).isEqualTo(Migration.State.FAILED);
            assertThat(simulation.datacenter().inventory().instances().find(only.id()).orElseThrow().host()).isEqualTo(only.host());
            assertThat(simulation.series().lost()).isZero();
            assertThat(simulation.series().stayed()).isOne();
            assertThat(simulation.datacenter().inventory().hosts().find(other).orElseThrow().state()).isEqualTo(HostState.LOST);
        }
    }

    @Test
    void hostsThatAreAddedAreLikeAnotherAndTakeWhatFindsNoRoom() {
        try (Simulation simulation = Simulation.of(Days.ENGINES, Days.scenario(1, Days.machines(32), Days.brains(List.of())))) {
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(1)));
            simulation.add(2, new HostId("host-00000"));
            List<Instance> there = simulation.datacenter().inventory().instances().stream().toList();
            simulation.launch(70, "t2.small", Duration.ofMinutes(30), there);
            simulation.runUntil(Days.MONDAY.plus(Duration.ofHours(2)));

            assertThat(simulation.datacenter().inventory().hosts().stream()).hasSize(3).extracting(Host::capacity)
                    .containsOnly(Days.hosts(1).get(0).capacity());
            assertThat(simulation.series().hosts()).isEqualTo(3);
            assertThat(simulation.series().launches()).isEqualTo(32 + 64);
            assertThat(simulation.series().failedLaunches()).isEqualTo(6);
            List<Interval> intervals = simulation.series().intervals();
            assertThat(intervals.get(intervals.size() - 1).instances()).isEqualTo(96);
            Instance first = simulation.datacenter().inventory().instances().find(there.get(0).id()).orElseThrow();
            Instance like = simulation.datacenter().inventory().instances().stream()
                    .filter(instance -> !instance.launched().isBefore(Days.MONDAY.plus(Duration.ofHours(1)))).findFirst().orElseThrow();
            assertThat(simulation.datacenter().history().cpu(like.id(), 3)).containsExactly(simulation.datacenter().history().cpu(first.id(), 3));
        }
    }

    @Test
    void hostsSayWhatTheyDraw() {
        SimulatedHost host = new SimulatedHost(new HostId("h"), new Resources(1, 1, 1, 1), 1, Map.of(), PowerTable.ML110_G4, HostSleep.POWER_NAP,
                true);

        assertThat(host.labels()).containsEntry("power", PowerTable.ML110_G4.toString());
    }
}
