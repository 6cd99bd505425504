package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.KeyPairCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.Evacuation;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.PlanReport.State;
import org.kumiki.api.policy.Policy;

class PoliciesTest {

    private static final HostId H1 = Rig.host("h1");
    private static final HostId H2 = Rig.host("h2");
    private static final HostId H3 = Rig.host("h3");
    private static final MigrationDirective GO_ON = new MigrationDirective.Continue(0, Duration.ofMillis(300), 0);
    /** Empties what is being drained, with the means that the model offers. */
    private static final Policy DRAIN = (view, history) -> {
        Course course = new Course(view);
        Evacuation evacuation = new Evacuation(course, host -> true, instance -> true, Double.POSITIVE_INFINITY);
        List<Plan.Left> left = new ArrayList<>();
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host) == HostState.DRAINING) {
                evacuation.drain(host, "host " + course.id(host) + " is to be empty");
                left.addAll(evacuation.left(host));
            }
        }
        return course.plan("draining", left);
    };

    @TempDir
    Path data;

    Rig rig;
    PaperPower power;

    @BeforeEach
    void start() {
        rig = new Rig(data, new WallClock(), new Policies.Settings(Duration.ofMillis(50), 4, 2), "h1", "h2", "h3");
        rig.direct((order, progress) -> GO_ON, "plain");
        power = new PaperPower(rig.estate);
        rig.datacenter.addPower(power, rig.properties(0));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aDrainedHostEmptiesAndIsThenInMaintenanceAndNoGuestWasStopped() {
        List<Instance> instances = running(5);
        rig.add(DRAIN, "drain", false);

        assertThat(rig.ask(new HostCommand.Accept(H1, false)).state()).isEqualTo(HostState.DRAINING);
        Inventory inventory = rig.await(now -> state(now, H1) == HostState.MAINTENANCE);

        assertThat(rig.estate.hosts.get(H1)).isEmpty();
        awaitPlan("drain", plan -> !plan.isOpen());
        for (Instance instance : instances) {
            Instance now = rig.instance(instance.id());
            assertThat(now.state()).isEqualTo(InstanceState.RUNNING);
            assertThat(now.since()).as("it was not started anew").isEqualTo(instance.since());
            Decision why = inventory.decisions().find(now.decision()).orElseThrow();
            assertThat(why.brain()).startsWith("drain (");
            assertThat(why.reason()).isEqualTo("draining: host h1 is to be empty");
            assertThat(Rig.get(rig.datacenter.replay(why.number())).again()).as("made again on what was known then").isEqualTo(why);
        }
        assertThat(plan("drain").steps()).hasSize(5).allMatch(step -> step.state() == State.DONE);
        assertThat(rig.ask(new HostCommand.Accept(H1, true)).state()).isEqualTo(HostState.UP);
    }

    /** CloudStack issue 12045: maintenance moved guests into a host that was itself in maintenance, and stopped them. */
    @Test
    void cloudStack12045NothingGoesToAHostThatIsBeingDrainedOrIsInMaintenance() {
        rig.ask(new HostCommand.Accept(H2, false));
        rig.ask(new HostCommand.Accept(H3, false));
        Instance instance = running(1).get(0);
        rig.add(DRAIN, "drain", false);
        rig.ask(new HostCommand.Accept(H1, false));

        awaitPlan("drain", plan -> !plan.left().isEmpty());

        assertThat(plan("drain").left()).containsExactly(new Plan.Left(instance.id(), "2 hosts: is in maintenance"));
        assertThat(rig.instance(instance.id()).host()).contains(H1);
        assertThat(rig.instance(instance.id()).state()).isEqualTo(InstanceState.RUNNING);

        rig.ask(new HostCommand.Accept(H3, true));
        rig.await(now -> state(now, H1) == HostState.MAINTENANCE);
        assertThat(rig.instance(instance.id()).host()).contains(H3);
        eventually(now -> plan("drain").left().isEmpty());
    }

    @Test
    void adviceIsShownAndNothingMoves() {
        Instance instance = running(1).get(0);
        rig.add(DRAIN, "drain", true);
        rig.ask(new HostCommand.Accept(H1, false));

        awaitPlan("drain", plan -> plan.advice() && plan.steps().size() == 1);

        assertThat(plan("drain").steps().get(0).state()).isEqualTo(State.WAITING);
        assertThat(plan("drain").isOpen()).isFalse();
        assertThat(rig.datacenter.inventory().migrations().find(instance.id())).isEmpty();

        rig.ask(new HostCommand.Accept(H1, true));
        eventually(now -> rig.datacenter.plans().isEmpty());
        assertThat(rig.instance(instance.id()).host()).contains(H1);
    }

    /** CloudStack issue 13098: one guest that could not be moved made the plan for all others fail. */
    @Test
    void cloudStack13098OneThatDoesNotMoveHoldsNoOtherUpAndIsLetBeForAWhile() {
        List<Instance> instances = running(3);
        InstanceId stubborn = instances.get(1).id();
        rig.direct((order, progress) -> order.instance().equals(stubborn) ? new MigrationDirective.Cancel("it is too busy") : GO_ON, "picky");
        rig.add(DRAIN, "drain", false);
        rig.ask(new HostCommand.Accept(H1, false));

        eventually(now -> rig.estate.hosts.get(H1).keySet().equals(Set.of(stubborn)));
        awaitPlan("drain", plan -> plan.steps().stream().anyMatch(step -> step.state() == State.REFUSED && step.note().contains("is let be until")));

        assertThat(plan("drain").steps().get(0).note()).contains("it is too busy");
        assertThat(rig.instance(stubborn).state()).isEqualTo(InstanceState.RUNNING);
        assertThat(rig.datacenter.plugIns()).noneMatch(plugIn -> plugIn.state() == PlugIn.State.QUARANTINED);
    }

    @Test
    void stepsThatMayNotBeAreLeftOutAndTheOthersAreDone() {
        List<Instance> instances = running(2);
        AtomicInteger asked = new AtomicInteger();
        rig.ask(new HostCommand.Accept(H3, false));
        rig.add((view, history) -> asked.getAndIncrement() > 0 ? Plan.NOTHING : new Plan(List.of(
                new Plan.Step(new Action.Migrate(instances.get(0).id(), H3), "wrong"),
                new Plan.Step(new Action.Sleep(H1), "wrong"),
                new Plan.Step(new Action.Migrate(new InstanceId("i-00000000000000bad"), H2), "wrong"),
                new Plan.Step(new Action.Migrate(instances.get(1).id(), H2), "right")), "half of it is nonsense"), "half", false);

        rig.await(now -> moved(now, instances.get(1)));
        awaitPlan("half", plan -> !plan.isOpen());

        assertThat(plan("half").steps()).extracting(PlanReport.Step::state).containsExactly(State.REFUSED, State.REFUSED, State.REFUSED, State.DONE);
        assertThat(plan("half").steps().get(0).note()).isEqualTo("host h3 is in maintenance");
        assertThat(plan("half").steps().get(1).note()).contains("still has 2 guests");
        assertThat(rig.instance(instances.get(0).id()).host()).contains(H1);
    }

    @Test
    void aPolicyThatPlansNothingButNonsenseIsQuarantinedAndOneThatThrowsToo() {
        running(1);
        rig.add((view, history) -> new Plan(List.of(new Plan.Step(new Action.Sleep(H1), "why not")), "sabotage"), "saboteur", false);
        rig.add((view, history) -> {
            throw new IllegalStateException("sabotage");
        }, "thrower", false);
        rig.add((view, history) -> null, "mute", false);

        eventually(now -> rig.datacenter.plugIns().stream().filter(plugIn -> plugIn.state() == PlugIn.State.QUARANTINED).count() == 3);

        assertThat(state(rig.datacenter.inventory(), H1)).isEqualTo(HostState.UP);
        assertThat(rig.datacenter.plugIns()).filteredOn(plugIn -> plugIn.name().equals("saboteur")).first().extracting(PlugIn::note).asString()
                .contains("planned nothing that may be done").contains("still has 1 guest");
    }

    @Test
    void thoseThatMustBeTogetherMoveTogether() {
        PlacementRules together = rig.grouped(PlacementGroup.Strategy.CLUSTER);
        List<Instance> pair = rig.ask(new Launch(Rig.spec(together), List.of(), 2, 2, Optional.empty(), Map.of(), Map.of(), false)).instances();
        pair.forEach(instance -> rig.await(instance.id(), InstanceState.RUNNING));
        rig.add(DRAIN, "drain", false);

        rig.ask(new HostCommand.Accept(H1, false));
        rig.await(now -> state(now, H1) == HostState.MAINTENANCE);

        HostId there = rig.instance(pair.get(0).id()).host().orElseThrow();
        assertThat(there).isNotEqualTo(H1);
        assertThat(rig.instance(pair.get(1).id()).host()).contains(there);
        awaitPlan("drain", plan -> !plan.isOpen());
        assertThat(plan("drain").steps()).hasSize(1);
        assertThat(plan("drain").steps().get(0).action()).isInstanceOf(Action.MigrateTogether.class);
        assertThatThrownBy(() -> rig.ask(new Launch(Rig.spec(together.on(there.equals(H2) ? H3 : H2)), List.of(), 1, 1, Optional.empty(), Map.of(),
                Map.of(), false))).isInstanceOf(DatacenterException.class);
    }

    @Test
    void noMoreMoveAtATimeThanConfigured() {
        List<Instance> instances = running(6);
        rig.hypervisor.arrival = new CountDownLatch(1);
        rig.add(DRAIN, "drain", false);
        rig.ask(new HostCommand.Accept(H1, false));

        rig.await(now -> now.migrations().stream().filter(Migration::isMoving).count() == 2);
        rig.ask(new HostCommand.Accept(H3, false)); // anything that makes it look again
        rig.ask(new HostCommand.Accept(H3, true));
        assertThat(rig.datacenter.inventory().migrations().size()).as("two from one host").isEqualTo(2);

        rig.hypervisor.arrival.countDown();
        rig.await(now -> instances.stream().allMatch(instance -> moved(now, instance)));
    }

    @Test
    void aDrainThatIsTakenBackEndsWithWhatHasBegun() {
        List<Instance> instances = running(6);
        rig.hypervisor.arrival = new CountDownLatch(1);
        rig.add(DRAIN, "drain", false);
        rig.ask(new HostCommand.Accept(H1, false));
        rig.await(now -> now.migrations().stream().filter(Migration::isMoving).count() == 2);

        rig.ask(new HostCommand.Accept(H1, true));
        awaitPlan("drain", plan -> plan.steps().stream().filter(step -> step.state() == State.REFUSED).count() == 4);
        rig.hypervisor.arrival.countDown();

        rig.await(now -> now.migrations().stream().noneMatch(Migration::isMoving));
        assertThat(instances).filteredOn(instance -> rig.instance(instance.id()).host().equals(Optional.of(H1))).hasSize(4);
        assertThat(plan("drain").steps()).extracting(PlanReport.Step::note).contains("a host has changed since; it is planned anew");
    }

    @Test
    void aPlanThatWasMadeOfAHostsNewStateIsNotGivenUpWhenNewsOfThatComeLate() throws InterruptedException {
        List<Instance> instances = running(6);
        rig.hypervisor.arrival = new CountDownLatch(1);
        rig.add(DRAIN, "drain", false);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch news = new CountDownLatch(1);
        rig.datacenter.addListener((before, after) -> {
            held.countDown();
            try {
                news.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        rig.ask(new KeyPairCommand.Import("k", "key", "", "rsa", Map.of()));
        held.await();

        rig.ask(new HostCommand.Accept(H1, false));
        eventually(now -> now.migrations().stream().filter(Migration::isMoving).count() == 2);
        news.countDown();
        rig.hypervisor.arrival.countDown();

        rig.await(now -> instances.stream().allMatch(instance -> moved(now, instance)));
        awaitPlan("drain", plan -> !plan.isOpen());
        assertThat(plan("drain").steps()).hasSize(6).allMatch(step -> step.state() == State.DONE);
    }

    @Test
    void anEmptyHostSleepsAndIsWoken() {
        AtomicInteger wanted = new AtomicInteger();
        rig.add((view, history) -> {
            Course course = new Course(view);
            int row = course.row(H3);
            if (wanted.get() == 0) {
                course.sleep(row, "nothing runs there");
            } else if (wanted.get() == 1) {
                course.wake(row, "it is needed");
            }
            return course.plan("saving power", List.of());
        }, "save", false);

        Inventory asleep = eventually(now -> state(now, H3) == HostState.OFF && !rig.estate.hosts.containsKey(H3));
        awaitPlan("save", plan -> plan.steps().get(0).state() == State.DONE);
        assertThat(why(asleep, H3)).contains("to be switched off: nothing runs there");
        Decision sleep = asleep.decisions().stream().filter(decision -> decision.subject().contains("h3")).findFirst().orElseThrow();
        assertThat(Rig.get(rig.datacenter.replay(sleep.number())).isSame()).isTrue();

        wanted.set(1);
        Inventory awake = rig.await(now -> state(now, H3) == HostState.UP);
        wanted.set(2);
        assertThat(why(awake, H3)).contains("to be switched on: it is needed");
        awaitPlan("save", plan -> plan.steps().get(0).action() instanceof Action.Wake && plan.steps().get(0).state() == State.DONE);
    }

    @Test
    void aControllerThatShowsNothingIsNotBelieved() {
        power.lie = "it says that it did, and the host still answers";

        rig.ask(new HostCommand.Power(H3, false, "a test"));
        Inventory after = rig.await(now -> !why(now, H3).stream().filter(reason -> reason.startsWith("could not")).toList().isEmpty());

        assertThat(why(after, H3)).contains("could not be switched off: it says that it did, and the host still answers");
        rig.await(now -> state(now, H3) == HostState.UP);
    }

    @Test
    void onlyAnEmptyHostIsSwitchedOffAndOnlyWhereSomebodyCanSwitchItOnAgain() {
        running(1);

        assertThatThrownBy(() -> rig.ask(new HostCommand.Power(H1, false, "a test"))).hasMessageContaining("still runs 1 guest; drain it first");
        assertThatThrownBy(() -> rig.ask(new HostCommand.Power(H1, true, "a test"))).hasMessageContaining("is on");
        assertThatThrownBy(() -> rig.ask(Rig.OTHER, new HostCommand.Power(H3, false, "a test"))).hasMessageContaining("Only an operator");
        rig.datacenter.removePower(power);
        assertThatThrownBy(() -> rig.ask(new HostCommand.Power(H3, false, "a test")))
                .hasMessageContaining("no power controller is present for the host; configure one");
    }

    @Test
    void maintenanceOutlastsAHostsSleep() {
        rig.ask(new HostCommand.Accept(H3, false));
        rig.ask(new HostCommand.Power(H3, false, "a test"));
        eventually(now -> !rig.estate.hosts.containsKey(H3));
        assertThatThrownBy(() -> rig.ask(new HostCommand.Accept(H3, true))).hasMessageContaining("switch it on first");

        rig.ask(new HostCommand.Power(H3, true, "a test"));

        rig.await(now -> state(now, H3) == HostState.MAINTENANCE);
    }

    @Test
    void whatWasAskedOfAControllerIsAskedAgainAfterAKillOfTheControlPlane() {
        power.proof = new CompletableFuture<>();
        rig.ask(new HostCommand.Power(H3, false, "a test"));
        assertThat(state(rig.datacenter.inventory(), H3)).isEqualTo(HostState.OFF);

        rig.restart();
        power.proof = CompletableFuture.completedFuture(null);
        rig.datacenter.addPower(power, rig.properties(0));

        eventually(now -> !rig.estate.hosts.containsKey(H3));
        assertThat(state(rig.datacenter.inventory(), H3)).isEqualTo(HostState.OFF);
    }

    /** Whatever it plans: no guest is ever where it must not be, none is lost, and none runs twice. */
    @Test
    void aHostilePolicyCanWasteTimeOnly() {
        PlacementRules apart = rig.grouped(PlacementGroup.Strategy.SPREAD);
        List<Instance> instances = new ArrayList<>(running(4));
        for (int i = 0; i < 2; i++) {
            Instance one = rig.ask(new Launch(Rig.spec(apart), List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(), false)).instances().get(0);
            instances.add(rig.await(one.id(), InstanceState.RUNNING));
        }
        SplittableRandom random = new SplittableRandom(7);
        List<HostId> hosts = List.of(H1, H2, H3, Rig.host("h4"));
        AtomicInteger plans = new AtomicInteger();
        rig.add((view, history) -> {
            plans.incrementAndGet();
            List<Plan.Step> steps = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                HostId host = hosts.get(random.nextInt(4));
                InstanceId instance = instances.get(random.nextInt(6)).id();
                steps.add(new Plan.Step(switch (random.nextInt(4)) {
                    case 0 -> new Action.Sleep(host);
                    case 1 -> new Action.Wake(host);
                    case 2 -> new Action.MigrateTogether(List.of(instance, instances.get(random.nextInt(6)).id()), host);
                    default -> new Action.Migrate(instance, host);
                }, "malice"));
            }
            return new Plan(steps, "malice");
        }, "hostile", false);

        eventually(now -> {
            check(now, instances);
            return plans.get() > 30;
        });
    }

    private void check(Inventory now, List<Instance> instances) {
        HostId one = now.instances().find(instances.get(4).id()).orElseThrow().host().orElseThrow();
        HostId other = now.instances().find(instances.get(5).id()).orElseThrow().host().orElseThrow();
        assertThat(one).isNotEqualTo(other);
        assertThat(instances).allMatch(instance -> now.instances().find(instance.id()).orElseThrow().state() == InstanceState.RUNNING);
        synchronized (rig.estate) { // else one that moves meanwhile would be seen where it was and where it is
            for (Instance instance : instances) {
                assertThat(rig.estate.hosts.values().stream().filter(guests -> guests.get(instance.id()) == GuestState.RUNNING).count())
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    private List<Instance> running(int count) {
        return rig.launch(count).stream().map(instance -> rig.await(instance.id(), InstanceState.RUNNING)).toList();
    }

    private static HostState state(Inventory inventory, HostId host) {
        return inventory.hosts().find(host).orElseThrow().state();
    }

    private static boolean moved(Inventory inventory, Instance instance) {
        return inventory.migrations().find(instance.id()).filter(migration -> migration.state() == Migration.State.COMPLETED).isPresent();
    }

    private static List<String> why(Inventory inventory, HostId host) {
        return inventory.decisions().stream().filter(decision -> decision.subject().contains(host.value())).map(Decision::reason).toList();
    }

    private PlanReport plan(String policy) {
        return rig.datacenter.plans().stream().filter(report -> report.policy().equals(policy)).findFirst().orElseThrow();
    }

    private void awaitPlan(String policy, Predicate<PlanReport> wanted) {
        eventually(now -> rig.datacenter.plans().stream().anyMatch(report -> report.policy().equals(policy) && wanted.test(report)));
    }

    /** Waits for what the datacenter's own listeners are not told of. */
    private Inventory eventually(Predicate<Inventory> wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        Inventory now = rig.datacenter.inventory();
        while (!wanted.test(now)) {
            assertThat(System.nanoTime()).as("in time; plans: " + rig.datacenter.plans()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            now = rig.datacenter.inventory();
        }
        return now;
    }
}
