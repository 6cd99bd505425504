package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.KeyPairCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;

/** Somebody sets the machine's clock by an hour, in either direction. */
class ClockTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path data;
    private final JumpingClock clock = new JumpingClock();
    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data, clock);
        clock.pass(HOUR.plusMinutes(5)); // so long that what is old is forgotten
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void whatIsOverIsForgottenAfterAnHour() {
        InstanceId over = terminated("token");

        clock.pass(HOUR.minusMinutes(5));
        settle();
        assertThat(rig.datacenter.inventory().instances().find(over)).isPresent();
        clock.pass(Duration.ofMinutes(10));

        rig.await(inventory -> inventory.instances().find(over).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, -1 })
    void whatIsOverIsRememberedForAnHourAndNotForEver(int hours) {
        InstanceId over = terminated("token");

        clock.jump(HOUR.multipliedBy(hours));
        clock.pass(HOUR.minusMinutes(5));
        settle();

        assertThat(rig.datacenter.inventory().instances().find(over)).isPresent();
        assertThat(rig.ask(Rig.launchOf(1, Optional.of("token"))).instances()).extracting(Instance::id).containsExactly(over);
        clock.pass(HOUR.multipliedBy(2));
        rig.await(inventory -> inventory.instances().find(over).isEmpty());
        Reservation again = rig.ask(Rig.launchOf(1, Optional.of("token")));
        assertThat(again.instances()).extracting(Instance::id).doesNotContain(over);
    }

    @Test
    void whatIsFromTheFutureIsForgottenAsWell() {
        clock.jump(Duration.ofDays(20_000));
        InstanceId over = terminated("token");
        clock.jump(Duration.ofDays(-20_000));

        clock.pass(HOUR.multipliedBy(2));
        settle(); // by now it counts as having ended just now
        clock.pass(HOUR.multipliedBy(2));

        rig.await(inventory -> inventory.instances().find(over).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 0, -1 })
    void aGuestThatEndsIsMissed(int hours) {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);
        clock.jump(HOUR.multipliedBy(hours));

        rig.estate.hosts.get(running.host().orElseThrow()).remove(running.id());

        passUntil(running.id(), InstanceState.TERMINATED);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 0, -1 })
    void aReportSaysNothingOfWhatHappenedAfterItWasAskedForWhateverTheClockShows(int hours) {
        Table<InstanceId, Instance> asked = rig.datacenter.inventory().instances();
        clock.jump(HOUR.multipliedBy(hours));
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);
        Report.HostsSeen late = new Report.HostsSeen(PaperHypervisor.PAPER,
                List.of(new HostReport(running.host().orElseThrow(), Rig.CAPACITY, Map.of(), Map.of())), asked);
        World world = (World) rig.datacenter.inventory();
        Draft draft = new Draft(world, clock.instant(), new Ids(new SplittableRandom(0), 80));

        Core.report(draft, Rig.ROOT.account(), late);

        assertThat(draft.find(Entity.INSTANCE, running.id())).contains(running);
        assertThat(new Doubt().judge(world, late).askAgain()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, -1 })
    void guestsAreAdoptedByAnEngineThatStartsWithAnotherTime(int hours) {
        Instance running = rig.await(rig.launch().id(), InstanceState.RUNNING);

        clock.jump(HOUR.multipliedBy(hours));
        rig.restart();
        clock.pass(Duration.ofMinutes(2));
        settle();

        assertThat(rig.instance(running.id()).state()).isEqualTo(InstanceState.RUNNING);
        rig.ask(new Stop(List.of(running.id()), false));
        passUntil(running.id(), InstanceState.STOPPED);
        assertThat(rig.estate.hosts.get(running.host().orElseThrow())).containsEntry(running.id(), GuestState.STOPPED);
    }

    @Test
    void timeIsSteadyUntilTheClockIsSet() {
        SteadyTime time = SteadyTime.from(Instant.EPOCH);
        for (int minute = 1; minute <= 60; minute++) {
            time = time.tick(Instant.EPOCH.plusSeconds(60L * minute + minute % 7), Duration.ofMinutes(1));
        }

        assertThat(time.hasLasted(HOUR)).isTrue();
        assertThat(time.tick(time.last().plusSeconds(60), Duration.ofMinutes(1)).hasLasted(HOUR)).isTrue();
        assertThat(time.tick(time.last().plusSeconds(3_660), Duration.ofMinutes(1)).hasLasted(Duration.ofMinutes(1))).isFalse();
        assertThat(time.tick(time.last().minusSeconds(3_540), Duration.ofMinutes(1)).hasLasted(Duration.ofMinutes(1))).isFalse();
    }

    private InstanceId terminated(String token) {
        InstanceId id = rig.ask(Rig.launchOf(1, Optional.of(token))).instances().get(0).id();
        rig.await(id, InstanceState.RUNNING);
        rig.ask(new Terminate(List.of(id)));
        rig.await(id, InstanceState.TERMINATED);
        return id;
    }

    /** Everything that was reported is taken in: the engine answers in the order in which it is asked. */
    private void settle() {
        rig.ask(new KeyPairCommand.Delete("none"));
    }

    /** Drivers are asked what runs every now and then, and once more when a guest is missed: time passes until it is known. */
    private void passUntil(InstanceId id, InstanceState state) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (rig.instance(id).state() != state) {
            assertThat(System.nanoTime()).as("%s is not %s", id, state).isLessThan(deadline);
            clock.pass(Duration.ofSeconds(1));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)); // the driver answers on a thread of its own
        }
    }
}
