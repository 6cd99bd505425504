package org.kumiki.hypervisor.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.migration.SimulatedMove;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

class MoveTest {

    private static final HostId SOURCE = new HostId("a");
    private static final HostId DESTINATION = new HostId("b");
    private static final InstanceId WEB = new InstanceId("i-00000001");
    private static final MigrationDirective GO_ON = new MigrationDirective.Continue(0, Duration.ofMillis(100), 0);
    private static final double MIB = 1 << 20;

    /** 128 MiB/s, a tenth of it dirtied again, at most 64 MiB. */
    private static final Channel CHANNEL = new Channel(128 * MIB, 12.8 * MIB, 64 << 20, Duration.ofMillis(40));

    @TempDir
    Path data;

    private final VirtualTimeline timeline = new VirtualTimeline();
    private final List<MigrationProgress> reports = new ArrayList<>();
    private Estate estate;

    @BeforeEach
    void startTheGuest() throws IOException {
        estate = new Estate(List.of(SOURCE, DESTINATION), new Resources(4, 4_096, 100, 100), Map.of(), new Ledger(data));
        estate.start(SOURCE, WEB, new Resources(1, 1_024, 10, 10));
    }

    @AfterEach
    void close() throws IOException {
        estate.close();
    }

    @Test
    void copiesInRoundsUntilTheRestIsShort() {
        CompletableFuture<MigrationProgress> done = migrate(report -> GO_ON);
        timeline.pass(Duration.ofMinutes(1));

        // 1024 MiB take 8 s and leave 64, the working set; those take 0.5 s and leave 6.4, which take 50 ms and 40 ms more to resume.
        MigrationProgress last = done.join();
        assertThat(reports).extracting(MigrationProgress::phase).containsExactly(Phase.SETUP, Phase.PRECOPY, Phase.PRECOPY,
                Phase.SWITCHOVER);
        assertThat(last.phase()).isEqualTo(Phase.COMPLETED);
        assertThat(last.round()).isEqualTo(2);
        assertThat(last.sentBytes()).isCloseTo((long) ((1024 + 64 + 6.4) * MIB), within(10L));
        assertThat(last.elapsed()).isCloseTo(Duration.ofMillis(8_590), Duration.ofMillis(1));
        assertThat(whereItRuns()).containsExactly(DESTINATION);
    }

    @Test
    void runsAtTheSourceUntilTheSwitchOver() {
        migrate(report -> GO_ON);
        timeline.pass(Duration.ofMillis(8_550));
        assertThat(whereItRuns()).containsExactly(SOURCE);
    }

    @Test
    void obeysTheStrategysBandwidthAndThrottle() {
        CompletableFuture<MigrationProgress> done = migrate(
                report -> new MigrationDirective.Continue((long) (64 * MIB), Duration.ofMillis(100), 0.5));
        timeline.pass(Duration.ofMinutes(1));

        assertThat(done.join().bytesPerSecond()).isEqualTo(64 * MIB);
        assertThat(done.join().dirtyBytesPerSecond()).isEqualTo(6.4 * MIB);
    }

    @Test
    void standsStillForAllThatIsLeftIfToldToStopAndCopy() {
        CompletableFuture<MigrationProgress> done = migrate(report -> new MigrationDirective.StopAndCopy());
        timeline.pass(Duration.ofMillis(8_040));

        assertThat(done.join().elapsed()).isEqualTo(Duration.ofMillis(8_040));
        assertThat(whereItRuns()).containsExactly(DESTINATION);
    }

    @Test
    void runsAtTheDestinationBeforeItsMemoryIsThereIfToldToSwitch() {
        CompletableFuture<MigrationProgress> done = migrate(report -> new MigrationDirective.SwitchToPostcopy());
        timeline.pass(Duration.ofMillis(40));
        assertThat(whereItRuns()).containsExactly(DESTINATION);
        assertThat(done).isNotDone();

        timeline.pass(Duration.ofSeconds(8));
        assertThat(done.join().phase()).isEqualTo(Phase.COMPLETED);
        assertThat(done.join().sentBytes()).isEqualTo(1024L << 20);
    }

    @Test
    void goesOnAtTheSourceIfToldToCancel() {
        CompletableFuture<MigrationProgress> done = migrate(
                report -> report.phase() == Phase.SETUP ? GO_ON : new MigrationDirective.Cancel("enough"));
        timeline.pass(Duration.ofMinutes(1));

        assertThat(done.join().phase()).isEqualTo(Phase.FAILED);
        assertThat(whereItRuns()).containsExactly(SOURCE);
    }

    @Test
    void failsIfTheGuestIsStoppedOnTheWay() {
        CompletableFuture<MigrationProgress> done = migrate(report -> GO_ON);
        timeline.pass(Duration.ofSeconds(5));
        estate.stop(SOURCE, WEB);
        timeline.pass(Duration.ofMinutes(1));

        assertThatThrownBy(done::join).hasCauseInstanceOf(HypervisorException.class);
        assertThat(estate.find(SOURCE, WEB).runs()).isFalse();
    }

    @Test
    void failsIfTheDestinationHasFilledUpOnTheWay() {
        CompletableFuture<MigrationProgress> done = migrate(report -> GO_ON);
        timeline.pass(Duration.ofSeconds(5));
        estate.start(DESTINATION, new InstanceId("i-00000002"), new Resources(4, 1, 1, 1));
        timeline.pass(Duration.ofMinutes(1));

        assertThatThrownBy(done::join).hasMessageContaining("has no room");
        assertThat(whereItRuns()).containsExactly(SOURCE);
    }

    @Test
    void isDoneAtOnceIfTheGuestHasMovedAlready() {
        migrate(report -> new MigrationDirective.StopAndCopy());
        timeline.pass(Duration.ofMinutes(1));

        assertThat(migrate(report -> GO_ON).join().phase()).isEqualTo(Phase.COMPLETED);
    }

    @Test
    void failsIfTheStrategyThrows() {
        CompletableFuture<MigrationProgress> done = migrate(report -> {
            throw new IllegalStateException("no idea");
        });

        assertThatThrownBy(done::join).hasMessageContaining("no idea");
        assertThat(whereItRuns()).containsExactly(SOURCE);
    }

    private CompletableFuture<MigrationProgress> migrate(MigrationControl control) {
        MigrationControl recording = report -> {
            reports.add(report);
            return control.report(report);
        };
        MigrationOrder order = new MigrationOrder(WEB, SOURCE, DESTINATION, 1_024, Duration.ofSeconds(1), Set.of());
        return SimulatedMove.begin(order, recording, new MovingGuest(order, CHANNEL, estate), timeline).thenApply(MigrationOutcome::end)
                .toCompletableFuture();
    }

    private List<HostId> whereItRuns() {
        return estate.report().stream().filter(report -> report.guests().containsKey(WEB)).map(report -> report.host()).toList();
    }
}
