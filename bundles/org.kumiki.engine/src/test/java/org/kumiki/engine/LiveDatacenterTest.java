package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Modify;
import org.kumiki.api.command.InstanceCommand.Start;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.KeyPairCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.SecurityGroupCommand;
import org.kumiki.api.command.TagCommand;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Replay;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Volume;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.Scheduler;

class LiveDatacenterTest {

    @TempDir
    Path data;

    Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aLaunchedInstanceRunsOnItsHostAndEndsWithoutATrace() {
        Instance launched = rig.launch();
        Instance running = rig.await(launched.id(), InstanceState.RUNNING);

        assertThat(rig.estate.hosts.get(running.host().orElseThrow())).containsEntry(launched.id(), GuestState.RUNNING);

        rig.ask(new Terminate(List.of(launched.id())));
        rig.await(launched.id(), InstanceState.TERMINATED);

        assertThat(rig.runsOnSomeHost(launched.id())).isFalse();
        assertThat(rig.datacenter.inventory().view().hosts().free(0)).isEqualTo(Rig.CAPACITY);
    }

    @Test
    void aStoppedInstanceKeepsItsHostAndAddressAndStartsAgain() {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);

        rig.ask(new Stop(List.of(running.id()), false));
        Instance stopped = rig.await(running.id(), InstanceState.STOPPED);
        assertThat(stopped.nic().publicAddress()).isEmpty();
        assertThat(rig.datacenter.inventory().view().hosts().guests(0)).isZero();

        rig.ask(new Start(List.of(running.id())));
        Instance again = rig.await(running.id(), InstanceState.RUNNING);
        assertThat(again.host()).isEqualTo(running.host());
        assertThat(again.nic()).isEqualTo(running.nic());
    }

    @Test
    void theSameTokenLaunchesOnce() {
        Reservation first = rig.ask(Rig.launchOf(2, Optional.of("token")));
        Reservation second = rig.ask(Rig.launchOf(2, Optional.of("token")));

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(rig.datacenter.inventory().instances().size()).isEqualTo(2);
        assertThat(refusal(() -> rig.ask(Rig.launchOf(1, Optional.of("token")))).reason()).isEqualTo(Reason.TOKEN_REUSED);
    }

    @Test
    void theSameTokenAtTheSameTimeLaunchesOnce() {
        List<CompletionStage<Reservation>> stages = IntStream.range(0, 20)
                .mapToObj(i -> rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.of("token")))).toList();

        Set<String> reservations = new HashSet<>();
        stages.forEach(stage -> reservations.add(Rig.get(stage).id()));

        assertThat(reservations).hasSize(1);
        assertThat(rig.datacenter.inventory().instances().size()).isEqualTo(1);
    }

    @Test
    void aTokenIsKnownAfterARestart() {
        Reservation first = rig.ask(Rig.launchOf(1, Optional.of("token")));

        rig.restart();

        assertThat(rig.ask(Rig.launchOf(1, Optional.of("token"))).id()).isEqualTo(first.id());
    }

    @Test
    void guestsThatRanOnAreAdoptedAfterARestart() {
        List<Instance> launched = rig.launch(3);
        launched.forEach(instance -> rig.await(instance.id(), InstanceState.RUNNING));
        List<Instance> before = rig.datacenter.inventory().instances().stream().toList();

        rig.restart();
        rig.await(inventory -> inventory.hosts().stream().allMatch(host -> host.state() == HostState.UP));

        assertThat(rig.datacenter.inventory().instances()).containsExactlyElementsOf(before);
        assertThat(rig.datacenter.inventory().view().hosts().guests(0)).isEqualTo(3);
        assertThat(rig.datacenter.inventory().decisions()).isNotEmpty();
    }

    @Test
    void whatHappenedToGuestsMeanwhileIsFoundOutAfterARestart() {
        List<Instance> launched = rig.launch(2);
        launched.forEach(instance -> rig.await(instance.id(), InstanceState.RUNNING));
        InstanceId off = launched.get(0).id();
        InstanceId gone = launched.get(1).id();
        rig.datacenter.close();
        rig.estate.hosts.get(Rig.host("h1")).put(off, GuestState.STOPPED);
        rig.estate.hosts.get(Rig.host("h1")).remove(gone);

        rig.restart();

        rig.await(off, InstanceState.STOPPED);
        rig.await(gone, InstanceState.TERMINATED);
    }

    @Test
    void anInstanceThatShutsItselfDownIsStoppedOrTerminatedAsItWasLaunched() {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);
        rig.hypervisor.shutDown(running.host().orElseThrow(), running.id());
        assertThat(rig.await(running.id(), InstanceState.STOPPED).reason().orElseThrow()).contains("the guest shut down");

        Instance other = rig.await(rig.launch().id(), InstanceState.RUNNING);
        rig.ask(new Modify(other.id(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(true), Optional.empty(), Map.of()));
        rig.hypervisor.shutDown(other.host().orElseThrow(), other.id());
        rig.await(other.id(), InstanceState.TERMINATED);
    }

    @Test
    void aGuestThatDoesNotStartLeavesNothingTaken() {
        rig.hypervisor.failure = "no such luck";

        Instance ended = rig.await(rig.launch().id(), InstanceState.TERMINATED);

        assertThat(ended.reason().orElseThrow()).contains("no such luck");
        assertThat(rig.datacenter.inventory().view().hosts().free(0)).isEqualTo(Rig.CAPACITY);
    }

    @Test
    void aStoppedInstanceThatDoesNotStartAgainKeepsItsDisk() {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);
        rig.ask(new Stop(List.of(running.id()), false));
        rig.await(running.id(), InstanceState.STOPPED);

        rig.hypervisor.failure = "no such luck";
        rig.ask(new Start(List.of(running.id())));

        Instance stopped = rig.await(running.id(), InstanceState.STOPPED);
        assertThat(stopped.reason().orElseThrow()).contains("no such luck");
        assertThat(rig.runsOnSomeHost(running.id())).isTrue();
    }

    @Test
    void aGuestThatRunsThoughItShouldBeOffIsSwitchedOff() throws InterruptedException {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);
        rig.ask(new Stop(List.of(running.id()), false));
        rig.await(running.id(), InstanceState.STOPPED);
        rig.estate.await("stop " + running.id());

        rig.estate.hosts.get(Rig.host("h1")).put(running.id(), GuestState.RUNNING);
        rig.restart();

        rig.estate.await("stop " + running.id());
    }

    @Test
    void aVolumeAttachedWhileItsInstanceStartsReachesTheGuest() throws InterruptedException {
        Volume volume = rig.ask(new VolumeCommand.Create(1_024, Optional.empty(), Optional.empty(), Map.of()));
        rig.await(inventory -> inventory.volumes().find(volume.id()).orElseThrow().state() == Volume.State.AVAILABLE);
        rig.hypervisor.gate = new CountDownLatch(1);
        Instance pending = rig.launch();
        rig.estate.await("start " + pending.id());

        rig.ask(new VolumeCommand.Attach(volume.id(), pending.id(), "/dev/sdf"));
        rig.hypervisor.gate.countDown();

        rig.estate.await("attach " + volume.id() + " to " + pending.id());
    }

    @Test
    void aRuleAddedWhileAnInstanceStartsHoldsForItsGuest() throws InterruptedException {
        rig.hypervisor.gate = new CountDownLatch(1);
        Instance pending = rig.launch();
        rig.estate.await("start " + pending.id());

        FirewallRule ssh = new FirewallRule("", FirewallRule.Direction.INGRESS, "tcp", 22, 22, Optional.of("0.0.0.0/0"), Optional.empty(), "");
        rig.ask(new SecurityGroupCommand.Authorize(pending.spec().groups().get(0), List.of(ssh)));
        rig.hypervisor.gate.countDown();

        rig.estate.await("relink " + pending.id());
    }

    @Test
    void anInstanceOfASpreadGroupDoesNotComeBackBesideAnother() {
        PlacementRules apart = rig.grouped(PlacementGroup.Strategy.SPREAD);
        Launch launch = new Launch(Rig.spec(apart), List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(), false);
        Instance first = rig.await(rig.ask(launch).instances().get(0).id(), InstanceState.RUNNING);
        rig.ask(new Stop(List.of(first.id()), false));
        rig.await(first.id(), InstanceState.STOPPED);
        assertThat(rig.ask(launch).instances().get(0).host()).isEqualTo(first.host());

        rig.ask(new Start(List.of(first.id())));
        assertThat(rig.await(first.id(), InstanceState.RUNNING).host()).isPresent().isNotEqualTo(first.host());
    }

    @Test
    void aFullDatacenterRefusesAndMakesNothing() {
        rig.launch(8);

        DatacenterException refusal = refusal(() -> rig.launch(9));

        assertThat(refusal.reason()).isEqualTo(Reason.NO_CAPACITY);
        assertThat(refusal).hasMessageContaining("too few cpus");
        assertThat(rig.datacenter.inventory().instances().size()).isEqualTo(8);
    }

    @Test
    void manyLaunchesAtOnceNeverOverfillAHost() {
        List<CompletionStage<Reservation>> stages = IntStream.range(0, 40)
                .mapToObj(i -> rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()))).toList();

        int launched = 0;
        for (CompletionStage<Reservation> stage : stages) {
            try {
                launched += Rig.get(stage).instances().size();
            } catch (DatacenterException e) {
                assertThat(e.reason()).isEqualTo(Reason.NO_CAPACITY);
            }
        }

        assertThat(launched).isEqualTo(16);
        assertThat(rig.datacenter.inventory().view().hosts().freeCpus(0)).isZero();
        assertThat(rig.datacenter.inventory().view().hosts().freeCpus(1)).isZero();
    }

    @Test
    void anotherAccountsThingsAreNotThere() {
        Instance mine = rig.launch();

        assertThat(refusal(() -> rig.ask(Rig.OTHER, new Terminate(List.of(mine.id())))).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal(() -> rig.ask(Rig.OTHER, new TagCommand.Set(List.of(mine.id().value()), Map.of("a", "b")))).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal(() -> rig.ask(Rig.OTHER, new HostCommand.Accept(Rig.host("h1"), false))).reason()).isEqualTo(Reason.DENIED);
    }

    @Test
    void aGuestThatIsOverlookedOnceIsNotGivenUp() {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);
        Doubt doubt = new Doubt();
        World world = (World) rig.datacenter.inventory();
        Report.HostsSeen without = new Report.HostsSeen(PaperHypervisor.PAPER,
                List.of(new HostReport(running.host().orElseThrow(), Rig.CAPACITY, Map.of(), Map.of())), world.instances());

        Doubt.Judged first = doubt.judge(world, without);
        Doubt.Judged second = doubt.judge(world, without);

        assertThat(first.askAgain()).isTrue();
        assertThat(first.report().hosts().get(0).guests()).containsEntry(running.id(), GuestState.RUNNING);
        assertThat(second.askAgain()).isFalse();
        assertThat(second.report()).isEqualTo(without);
    }

    @Test
    void onlyAnOperatorTakesAnImageFromAFileOfTheMachine() {
        ImageCommand.Register register = new ImageCommand.Register("evil", "", "x86_64", URI.create("file:///etc/shadow"), Image.Format.RAW,
                Optional.empty(), Map.of());

        assertThat(refusal(() -> rig.ask(Rig.OTHER, register)).reason()).isEqualTo(Reason.DENIED);
    }

    @Test
    void aCommandOnSeveralHappensToAllOrNone() {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);

        refusal(() -> rig.ask(new Terminate(List.of(running.id(), new InstanceId("i-0123456789abcdef0")))));

        assertThat(rig.instance(running.id()).state()).isEqualTo(InstanceState.RUNNING);
    }

    @Test
    void aGroupInUseIsNotDeleted() {
        Instance instance = rig.launch();

        DatacenterException refusal = refusal(() -> rig.ask(new SecurityGroupCommand.Delete(instance.spec().groups().get(0))));

        assertThat(refusal.reason()).isIn(Reason.DENIED, Reason.IN_USE);
    }

    @Test
    void aDrainedHostTakesNoNewGuests() {
        rig.ask(new HostCommand.Accept(Rig.host("h1"), false));

        assertThat(rig.launch().host()).contains(Rig.host("h2"));
    }

    @Test
    void everyPlacementSaysWhoDecidedAndWhyNotTheOthers() {
        rig.ask(new HostCommand.Accept(Rig.host("h1"), false));
        Instance instance = rig.launch();

        Decision decision = rig.datacenter.inventory().decisions().find(instance.decision()).orElseThrow();

        assertThat(decision.brain()).startsWith("firstfit");
        assertThat(decision.chosen()).containsExactly(Rig.host("h2"));
        assertThat(decision.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo("is in maintenance");
            assertThat(refusal.hosts().toArray()).containsExactly(rig.datacenter.inventory().view().hosts().row(Rig.host("h1")));
        });
    }

    @Test
    void aStoppedInstanceStartsElsewhereIfItsHostMayNotTakeIt() {
        Instance instance = rig.await(rig.launch().id(), InstanceState.RUNNING);
        HostId home = instance.host().orElseThrow();
        rig.ask(new Stop(List.of(instance.id()), true));
        rig.await(instance.id(), InstanceState.STOPPED);
        rig.ask(new HostCommand.Accept(home, false));

        rig.ask(new Start(List.of(instance.id())));
        Instance started = rig.await(instance.id(), InstanceState.RUNNING);

        assertThat(started.host()).isNotEqualTo(instance.host());
        assertThat(rig.estate.hosts.get(started.host().orElseThrow())).containsEntry(instance.id(), GuestState.RUNNING);
        assertThat(rig.datacenter.inventory().decisions().find(started.decision()).orElseThrow().reason())
                .isEqualTo("host " + home + " is in maintenance: the first that will do");
        assertThat(Rig.get(rig.datacenter.replay(started.decision())).isSame()).isTrue();
        rig.hypervisor.hostsChanged();
        rig.await(inventory -> !rig.estate.hosts.get(home).containsKey(instance.id()) || touched());
        rig.ask(new Stop(List.of(instance.id()), true));
        rig.await(instance.id(), InstanceState.STOPPED);
        rig.ask(new HostCommand.Accept(started.host().orElseThrow(), false));
        assertThat(refusal(() -> rig.ask(new Start(List.of(instance.id())))).getMessage()).contains("is in maintenance, and no other host may take it");
    }

    /** Whoever waits looks at each state of the datacenter; this makes a new one. */
    private boolean touched() {
        rig.hypervisor.hostsChanged();
        rig.datacenter.submit(Rig.ROOT, new HostCommand.Accept(Rig.host("h2"), true));
        return false;
    }

    @Test
    void aDecisionCanBeMadeAgainOnWhatWasKnownThen() {
        Instance instance = rig.launch();
        rig.ask(new HostCommand.Accept(Rig.host("h1"), false)); // today the scheduler would decide otherwise

        Replay replay = Rig.get(rig.datacenter.replay(instance.decision()));

        assertThat(replay.recorded()).isEqualTo(rig.datacenter.inventory().decisions().find(instance.decision()).orElseThrow());
        assertThat(replay.isSame()).isTrue();
        assertThat(new Records().entry(1, new Change<>(Entity.DECISION, 1L, Optional.of(replay.again()))).value())
                .as("byte for byte").isEqualTo(new Records().entry(1, new Change<>(Entity.DECISION, 1L, Optional.of(replay.recorded()))).value());
        assertThat(refusal(() -> Rig.get(rig.datacenter.replay(77))).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void aSchedulerThatAnswersByChanceIsFoundOut() {
        AtomicInteger asked = new AtomicInteger();
        rig.add((view, request) -> new Placement(List.of(view.hosts().id(asked.getAndIncrement() % 2)), "chance", List.of()), "dice");
        Instance instance = rig.launch();

        Replay replay = Rig.get(rig.datacenter.replay(instance.decision()));

        assertThat(replay.isSame()).isFalse();
        assertThat(replay.again().chosen()).isNotEqualTo(replay.recorded().chosen());
        assertThat(rig.datacenter.inventory().decisions().find(instance.decision())).contains(replay.recorded());
    }

    @Test
    void instancesOfASpreadGroupNeverShareAHost() {
        PlacementRules apart = rig.grouped(PlacementGroup.Strategy.SPREAD);
        Launch launch = new Launch(Rig.spec(apart), List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(), false);

        Set<Object> hosts = new HashSet<>(List.of(rig.ask(launch).instances().get(0).host(), rig.ask(launch).instances().get(0).host()));

        assertThat(hosts).hasSize(2);
        assertThat(refusal(() -> rig.ask(launch)).reason()).isEqualTo(Reason.NO_CAPACITY);
    }

    @Test
    void aSchedulerThatThrowsIsQuarantinedAndNobodyNotices() {
        rig.add(scheduler("throws"), "sabotage");

        rig.launch();

        assertThat(plugIn("sabotage").state()).isEqualTo(PlugIn.State.QUARANTINED);
        assertThat(plugIn("firstfit").state()).isEqualTo(PlugIn.State.ACTIVE);
    }

    @Test
    void manyWhoAskASchedulerThatThrowsAtTheSameTimeAllGetAnAnswer() {
        rig.add(scheduler("throws"), "sabotage");

        List<CompletionStage<Reservation>> stages = IntStream.range(0, 12)
                .mapToObj(i -> rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()))).toList();

        stages.forEach(stage -> assertThat(Rig.get(stage).instances()).hasSize(1));
        assertThat(plugIn("sabotage").state()).isEqualTo(PlugIn.State.QUARANTINED);
    }

    @Test
    void aSchedulerThatHangsIsQuarantinedAndNobodyNotices() {
        rig.add(scheduler("hangs"), "sabotage");

        rig.launch();

        assertThat(plugIn("sabotage").state()).isEqualTo(PlugIn.State.QUARANTINED);
    }

    @Test
    void aSchedulerThatKeepsEveryThreadIsQuarantinedAndNobodyNotices() {
        AtomicBoolean over = new AtomicBoolean();
        rig.add((view, request) -> {
            while (!over.get()) {
                Thread.onSpinWait(); // and hears no interruption
            }
            return null;
        }, "sabotage");
        try {
            List<CompletionStage<Reservation>> stages = IntStream.range(0, 6)
                    .mapToObj(i -> rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()))).toList();

            stages.forEach(stage -> assertThat(Rig.get(stage).instances()).hasSize(1));
            assertThat(plugIn("sabotage").state()).isEqualTo(PlugIn.State.QUARANTINED);
        } finally {
            over.set(true);
        }
    }

    @Test
    void aSchedulerThatChoosesAFullHostIsQuarantinedAndNobodyNotices() {
        rig.launch(8);
        rig.add(scheduler("full host"), "sabotage");

        assertThat(rig.launch().host()).contains(Rig.host("h2"));
        assertThat(plugIn("sabotage").state()).isEqualTo(PlugIn.State.QUARANTINED);
        assertThat(plugIn("sabotage").note()).contains("h1, which has too few cpus free");
    }

    @Test
    void aSchedulerIsNotToBlameForACrowd() {
        rig.add((view, request) -> {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            return Rig.FIRST_FIT.place(view, request);
        }, "slow");

        List<CompletionStage<Reservation>> stages = IntStream.range(0, 400)
                .mapToObj(i -> rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.of("token")))).toList();

        stages.forEach(Rig::get);
        assertThat(plugIn("slow").failures()).isZero();
    }

    @Test
    void requestsThatRunWhenTheEngineStopsAreToldSo() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Scheduler hangs = scheduler("hangs");
        rig.add((view, request) -> {
            asked.countDown();
            return hangs.place(view, request);
        }, "hangs");
        CompletionStage<Reservation> placing = rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()));
        asked.await();

        rig.datacenter.close();

        assertThat(placing.toCompletableFuture()).isDone();
        assertThat(refusal(() -> Rig.get(placing)).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(plugIn("hangs").failures()).isZero();
    }

    @Test
    void requestsThatWaitForASchedulerWhenTheEngineStopsAreToldSo() {
        rig.datacenter.removeScheduler(Rig.FIRST_FIT, rig.properties(0));
        CompletionStage<Reservation> waiting = rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()));

        rig.datacenter.close();

        assertThat(waiting.toCompletableFuture()).isDone();
        assertThat(refusal(() -> Rig.get(waiting)).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void requestsWaitWhileThereIsNoScheduler() {
        rig.datacenter.removeScheduler(Rig.FIRST_FIT, rig.properties(0));
        CompletionStage<Reservation> waiting = rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()));
        assertThat(waiting.toCompletableFuture()).isNotDone();

        rig.add(Rig.FIRST_FIT, "firstfit");

        assertThat(Rig.get(waiting).instances()).hasSize(1);
    }

    @Test
    void schedulersAreSwappedWhileLaunchesGoOnAndNoneIsLostOrDoubled() {
        List<CompletionStage<Reservation>> stages = new ArrayList<>();
        for (int round = 0; round < 100; round++) {
            Scheduler next = (view, request) -> Rig.FIRST_FIT.place(view, request);
            rig.add(next, "next-" + round);
            if (round % 10 == 0) {
                stages.add(rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty())));
            }
            rig.datacenter.removeScheduler(next, rig.properties(0));
        }

        stages.forEach(stage -> assertThat(Rig.get(stage).instances()).hasSize(1));
        assertThat(rig.datacenter.inventory().instances().size()).isEqualTo(stages.size());
    }

    @Test
    void aDriverIsReplacedUnderRunningGuests() {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);

        rig.datacenter.removeBlockingHypervisor(rig.hypervisor);
        CompletionStage<Reservation> meanwhile = rig.datacenter.submit(Rig.ROOT, Rig.launchOf(1, Optional.empty()));
        rig.datacenter.addBlockingHypervisor(new PaperHypervisor(rig.estate, Rig.CAPACITY), rig.properties(0));

        rig.await(Rig.get(meanwhile).instances().get(0).id(), InstanceState.RUNNING);
        assertThat(rig.instance(running.id()).state()).isEqualTo(InstanceState.RUNNING);
    }

    @Test
    void aDriverReplacedInTheMiddleOfAStartIsFollowedByTheNext() throws InterruptedException {
        rig.hypervisor.gate = new CountDownLatch(1);
        Instance pending = rig.launch();
        rig.estate.await("start " + pending.id());

        rig.datacenter.removeBlockingHypervisor(rig.hypervisor);
        rig.datacenter.addBlockingHypervisor(new PaperHypervisor(rig.estate, Rig.CAPACITY), rig.properties(0));

        assertThat(rig.await(pending.id(), InstanceState.RUNNING).host()).isEqualTo(pending.host());
    }

    @Test
    void anEngineStoppedInTheMiddleOfAStartLosesNothing() throws InterruptedException {
        rig.hypervisor.gate = new CountDownLatch(1);
        Instance pending = rig.launch();
        rig.estate.await("start " + pending.id());

        rig.restart();

        rig.await(pending.id(), InstanceState.RUNNING);
        assertThat(rig.estate.calls).contains("start " + pending.id());
    }

    @Test
    void aGuestIsNotStartedWithoutANetworkWhileThatIsReplaced() throws InterruptedException {
        rig.datacenter.removeNetwork(rig.network);
        Instance pending = rig.launch();
        Volume later = rig.ask(new VolumeCommand.Create(1_024, Optional.empty(), Optional.empty(), Map.of()));
        rig.await(inventory -> inventory.volumes().find(later.id()).orElseThrow().state() == Volume.State.AVAILABLE);

        rig.datacenter.addNetwork(rig.network, rig.properties(0));

        rig.estate.await("start " + pending.id());
    }

    @Test
    void aGuestIsReachedAtItsPrivateAddressOnABridgeAndAtOneOfItsOwnElsewhere() {
        Instance bridged = rig.launch();
        rig.await(inventory -> inventory.instances().find(bridged.id()).orElseThrow().nic().publicAddress().equals(Optional.of(bridged.nic().privateAddress())));

        rig.datacenter.removeNetwork(rig.network);
        rig.datacenter.addNetwork(network(() -> CompletableFuture.completedFuture(new NetworkLink.User(bridged.nic().mac(), "168.0.0.0/5",
                bridged.nic().privateAddress(), List.of(), true, Path.of("/metadata")))), rig.properties(0));

        rig.await(inventory -> inventory.instances().find(bridged.id()).orElseThrow().nic().publicAddress().equals(bridged.nic().publicAddress()));
    }

    @Test
    void aNetworkThatHangsHoldsUpNobodyElse() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        GuestNetwork hangs = network(() -> {
            asked.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        rig.datacenter.addNetwork(hangs, rig.properties(0));
        Instance pending = rig.launch();
        asked.await();

        rig.ask(new SecurityGroupCommand.Create("another", "", Map.of()));

        rig.datacenter.removeNetwork(hangs);
        rig.datacenter.addNetwork(network(() -> CompletableFuture.completedFuture(new NetworkLink.None("02:00:00:00:00:01"))), rig.properties(0));
        rig.await(pending.id(), InstanceState.RUNNING);
    }

    private static GuestNetwork network(Callable<CompletionStage<NetworkLink>> link) {
        return new GuestNetwork() {

            @Override
            public CompletionStage<NetworkLink> link(LinkRequest request) {
                try {
                    return link.call();
                } catch (Exception e) {
                    return CompletableFuture.failedFuture(e);
                }
            }

            @Override
            public CompletionStage<Void> unlink(HostId host, InstanceId instance) {
                return CompletableFuture.completedFuture(null);
            }
        };
    }

    @Test
    void whatCannotBeMadeDurableDoesNotHappenAndReadingGoesOn() {
        rig.journal.fill(true);

        assertThat(refusal(rig::launch).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(rig.datacenter.inventory().instances().size()).isZero();

        rig.journal.fill(false);
        rig.await(rig.launch().id(), InstanceState.RUNNING);
    }

    @Test
    void anErrorInTheJournalDoesNotEndTheEngine() {
        rig.journal.error = new AssertionError("a defect");
        assertThat(refusal(rig::launch).reason()).isEqualTo(Reason.UNAVAILABLE);

        rig.journal.error = null;
        rig.await(rig.launch().id(), InstanceState.RUNNING);
    }

    @Test
    void aThingTooLargeForTheJournalIsRefusedAlone() {
        assertThat(refusal(() -> rig.ask(new KeyPairCommand.Import("k", "x".repeat(1024 * 1024), "", "rsa", Map.of()))).reason())
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void versionsGrowAcrossARestart() {
        rig.await(rig.launch().id(), InstanceState.RUNNING);
        long before = rig.datacenter.inventory().version();

        rig.restart();

        assertThat(rig.datacenter.inventory().version()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void theJournalHasNoGaps() {
        rig.await(rig.launch().id(), InstanceState.RUNNING);
        long last = rig.journal.last();
        List<Long> sequences = new ArrayList<>();
        rig.journal.replay(entry -> sequences.add(entry.sequence()));

        assertThat(sequences).isSorted().doesNotHaveDuplicates();
        assertThat(Collections.max(sequences)).isEqualTo(last);
    }

    private static Scheduler scheduler(String fault) {
        return (view, request) -> switch (fault) {
            case "throws" -> throw new IllegalStateException("sabotage");
            case "hangs" -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield null;
            }
            default -> new Placement(List.of(Rig.host("h1")), fault, List.of());
        };
    }

    private PlugIn plugIn(String name) {
        return rig.datacenter.plugIns().stream().filter(plugIn -> plugIn.name().equals(name)).findFirst().orElseThrow();
    }

    private static DatacenterException refusal(ThrowingCallable call) {
        DatacenterException refusal = catchThrowableOfType(DatacenterException.class, call);
        assertThat(refusal).as("it should have been refused").isNotNull();
        return refusal;
    }
}
