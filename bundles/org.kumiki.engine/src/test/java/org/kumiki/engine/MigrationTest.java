package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;

class MigrationTest {

    private static final HostId H1 = Rig.host("h1");
    private static final HostId H2 = Rig.host("h2");
    private static final MigrationDirective GO_ON = new MigrationDirective.Continue(0, Duration.ofMillis(300), 0);

    @TempDir
    Path data;

    Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
        rig.direct((order, progress) -> GO_ON, "plain");
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void movesARunningInstanceAndSaysWhy() {
        Instance instance = running();

        Migration begun = rig.ask(move(instance.id(), Optional.of(H2)));
        Migration ended = ended(instance.id(), Migration.State.COMPLETED);

        assertThat(begun.isMoving()).isTrue();
        assertThat(ended.reason()).contains("stood still for 3 ms");
        assertThat(rig.instance(instance.id()).host()).contains(H2);
        assertThat(rig.estate.hosts.get(H1)).isEmpty();
        assertThat(rig.estate.hosts.get(H2)).containsEntry(instance.id(), GuestState.RUNNING);
        Decision why = rig.datacenter.inventory().decisions().find(rig.instance(instance.id()).decision()).orElseThrow();
        assertThat(why.reason()).isEqualTo("a test: the operator chose the host");
        assertThat(rig.datacenter.progress(instance.id())).extracting(MigrationProgress::phase)
                .startsWith(MigrationProgress.Phase.SETUP).endsWith(MigrationProgress.Phase.COMPLETED);
    }

    @Test
    void asksASchedulerWhereToIfNobodySays() {
        Instance instance = running();

        rig.ask(move(instance.id(), Optional.empty()));
        ended(instance.id(), Migration.State.COMPLETED);

        assertThat(rig.instance(instance.id()).host()).contains(H2);
        assertThat(rig.datacenter.inventory().decisions().find(rig.instance(instance.id()).decision()).orElseThrow().brain())
                .startsWith("firstfit");
    }

    @Test
    void takesRoomOnBothHostsWhileItMovesAndOnOneAfter() {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();

        rig.ask(move(instance.id(), Optional.of(H2)));
        assertThat(free(H1)).isEqualTo(Rig.CAPACITY.minus(instance.resources()));
        assertThat(free(H2)).isEqualTo(Rig.CAPACITY.minus(instance.resources()));

        rig.hypervisor.arrival.countDown();
        ended(instance.id(), Migration.State.COMPLETED);
        assertThat(free(H1)).isEqualTo(Rig.CAPACITY);
        assertThat(free(H2)).isEqualTo(Rig.CAPACITY.minus(instance.resources()));
    }

    @Test
    void staysWhereItIsIfItsStrategyGivesUp() {
        rig.direct((order, progress) -> progress.size() < 3 ? GO_ON : new MigrationDirective.Cancel("it is too busy"), "timid");
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();

        rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(H2), Optional.of("timid"), "a test"));

        assertThat(ended(instance.id(), Migration.State.FAILED).reason()).isEqualTo("it is too busy");
        assertThat(rig.instance(instance.id()).host()).contains(H1);
        assertThat(free(H2)).isEqualTo(Rig.CAPACITY);
    }

    @Test
    void canBeCancelled() {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));

        rig.ask(new MigrationCommand.Cancel(instance.id()));

        assertThat(ended(instance.id(), Migration.State.FAILED).reason()).isEqualTo("it was cancelled");
        assertThat(rig.estate.hosts.get(H1)).containsKey(instance.id());
    }

    @Test
    void isGivenUpWhenItsInstanceIsTerminatedAndNothingIsLeft() throws InterruptedException {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.estate.await("migrate " + instance.id());

        rig.ask(new Terminate(List.of(instance.id())));
        rig.await(instance.id(), InstanceState.TERMINATED);

        assertThat(ended(instance.id(), Migration.State.FAILED).reason()).isEqualTo("the instance is shutting-down");
        assertThat(rig.runsOnSomeHost(instance.id())).isFalse();
        assertThat(free(H1)).isEqualTo(Rig.CAPACITY);
        assertThat(free(H2)).isEqualTo(Rig.CAPACITY);
    }

    @Test
    void isStoppedWhereItWillBe() {
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.ask(new Stop(List.of(instance.id()), false));

        rig.await(instance.id(), InstanceState.STOPPED);

        HostId host = rig.instance(instance.id()).host().orElseThrow();
        assertThat(rig.estate.hosts.get(host)).containsEntry(instance.id(), GuestState.STOPPED);
    }

    @Test
    void goesOnAfterAKillOfTheControlPlane() throws InterruptedException {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.estate.await("migrate " + instance.id());

        rig.restart();
        rig.direct((order, progress) -> GO_ON, "plain");

        ended(instance.id(), Migration.State.COMPLETED);
        assertThat(rig.instance(instance.id()).host()).contains(H2);
        assertThat(rig.estate.hosts.get(H2)).containsEntry(instance.id(), GuestState.RUNNING);
        assertThat(free(H1)).isEqualTo(Rig.CAPACITY);
    }

    @Test
    void goesOnWithTheDriversSuccessor() throws InterruptedException {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.estate.await("migrate " + instance.id());

        rig.datacenter.removeBlockingHypervisor(rig.hypervisor);
        rig.hypervisor = new PaperHypervisor(rig.estate, Rig.CAPACITY);
        rig.datacenter.addBlockingHypervisor(rig.hypervisor, rig.properties(0));

        ended(instance.id(), Migration.State.COMPLETED);
        assertThat(rig.estate.hosts.get(H2)).containsEntry(instance.id(), GuestState.RUNNING);
    }

    @Test
    void isTriedAgainWhileItIsNotKnownWhereTheGuestIs() throws InterruptedException {
        Instance instance = running();
        rig.hypervisor.failure = "the host does not answer";
        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.estate.await("migrate " + instance.id());

        rig.hypervisor.failure = null;

        ended(instance.id(), Migration.State.COMPLETED);
    }

    @Test
    void followsWhicheverStrategyIsPresent() throws Exception {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.estate.await("migrate " + instance.id());
        CompletableFuture<List<MigrationProgress>> asked = new CompletableFuture<>();

        rig.direct((order, progress) -> {
            asked.complete(progress);
            return new MigrationDirective.Cancel("the new one says no");
        }, "newer");

        assertThat(asked.get(30, TimeUnit.SECONDS)).as("it knows what was before it").isNotEmpty();
        assertThat(ended(instance.id(), Migration.State.FAILED).reason()).isEqualTo("the new one says no");
    }

    @Test
    void goesOnWhenItsStrategyIsSabotagedAndQuarantinesIt() {
        rig.direct((order, progress) -> {
            throw new IllegalStateException("sabotage");
        }, "sabotage");
        Instance instance = running();
        rig.hypervisor.arrival = new CountDownLatch(1);

        rig.ask(move(instance.id(), Optional.of(H2)));
        rig.await(inventory -> rig.datacenter.plugIns().stream()
                .anyMatch(plugIn -> plugIn.name().equals("sabotage") && plugIn.state() == PlugIn.State.QUARANTINED)
                || touch());
        rig.hypervisor.arrival.countDown();

        ended(instance.id(), Migration.State.COMPLETED);
    }

    /** Whoever waits looks at each state of the datacenter; this makes a new one. */
    private boolean touch() {
        rig.datacenter.submit(Rig.ROOT, new HostCommand.Accept(H1, true));
        return false;
    }

    @Test
    void isShutDownAndStartedThereIfThatIsWanted() {
        rig.direct((order, progress) -> new MigrationDirective.Cold(), "cold");
        Instance instance = running();

        rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(H2), Optional.of("cold"), "a test"));

        assertThat(ended(instance.id(), Migration.State.COMPLETED).reason()).isEqualTo("it was shut down and started again");
        assertThat(rig.instance(instance.id()).state()).isEqualTo(InstanceState.RUNNING);
        assertThat(rig.estate.hosts.get(H2)).containsEntry(instance.id(), GuestState.RUNNING);
        rig.await(inventory -> !rig.estate.hosts.get(H1).containsKey(instance.id()) || touch());
    }

    @Test
    void goesNowhereWithoutRoomOrToTheWrongPlace() {
        Instance instance = running();
        rig.ask(new HostCommand.Accept(H2, false));

        refuses(move(instance.id(), Optional.of(H2)), "cannot move to host h2, which is in maintenance");
        refuses(move(instance.id(), Optional.empty()), "No other host may take the instance");
        refuses(move(instance.id(), Optional.of(H1)), "which is where it is already");
        refuses(move(instance.id(), Optional.of(Rig.host("nowhere"))), "which does not exist");
        refuses(new MigrationCommand.Cancel(instance.id()), "is not moving");
    }

    @Test
    void keepsApartWhatMustNotShareAHostEvenWhileItMoves() {
        rig.hypervisor.arrival = new CountDownLatch(1);
        PlacementRules apart = rig.grouped(PlacementGroup.Strategy.SPREAD);
        Instance first = rig.await(launch(apart).id(), InstanceState.RUNNING);
        rig.ask(move(first.id(), Optional.of(H2)));

        assertThatThrownBy(() -> launch(apart)).isInstanceOf(DatacenterException.class)
                .hasMessageContaining("runs another instance of its spread group");

        rig.hypervisor.arrival.countDown();
        ended(first.id(), Migration.State.COMPLETED);
        assertThat(launch(apart).host()).contains(H1);
    }

    @Test
    void takesItsLinkAlongWhileItStandsStill() throws InterruptedException {
        Instance instance = running();

        rig.ask(move(instance.id(), Optional.of(H2)));
        ended(instance.id(), Migration.State.COMPLETED);

        rig.estate.await("prepare link of " + instance.id() + " on h2");
        rig.estate.await("switch link of " + instance.id() + " from h1 to h2");
        rig.estate.await("unlink " + instance.id() + " on h1");
    }

    @Test
    void staysIfItsLinkCannotFollow() {
        rig.networkFails = true;
        Instance instance = running();

        rig.ask(move(instance.id(), Optional.of(H2)));

        assertThat(ended(instance.id(), Migration.State.FAILED).reason()).isEqualTo("its network cannot follow: the cable is cut");
        assertThat(rig.estate.hosts.get(H1)).containsEntry(instance.id(), GuestState.RUNNING);
    }

    @Test
    void isTheOperatorsBusiness() {
        Instance instance = running();

        assertThatThrownBy(() -> rig.ask(Rig.OTHER, move(instance.id(), Optional.of(H2)))).hasMessage("Only an operator may move instances");
        assertThatThrownBy(() -> rig.ask(Rig.OTHER, new MigrationCommand.Cancel(instance.id())))
                .hasMessage("Only an operator may move instances");
    }

    @Test
    void doesNotMoveTwiceAtATime() {
        rig.hypervisor.arrival = new CountDownLatch(1);
        Instance instance = running();
        rig.ask(move(instance.id(), Optional.of(H2)));

        refuses(move(instance.id(), Optional.of(H2)), "is moving already");
    }

    private void refuses(MigrationCommand<Migration> command, String message) {
        assertThatThrownBy(() -> rig.ask(command)).isInstanceOf(DatacenterException.class).hasMessageContaining(message);
    }

    private Instance running() {
        return rig.await(rig.launch().id(), InstanceState.RUNNING);
    }

    private Instance launch(PlacementRules rules) {
        return rig.ask(new Launch(Rig.spec(rules), List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(), false)).instances().get(0);
    }

    private static MigrationCommand.Start move(InstanceId id, Optional<HostId> destination) {
        return new MigrationCommand.Start(id, destination, Optional.empty(), "a test");
    }

    private Migration ended(InstanceId id, Migration.State state) {
        rig.await(inventory -> inventory.migrations().find(id).filter(migration -> migration.state() == state).isPresent());
        return rig.datacenter.inventory().migrations().find(id).orElseThrow();
    }

    private Resources free(HostId host) {
        return rig.datacenter.inventory().view().hosts().free(rig.datacenter.inventory().view().hosts().row(host));
    }
}
