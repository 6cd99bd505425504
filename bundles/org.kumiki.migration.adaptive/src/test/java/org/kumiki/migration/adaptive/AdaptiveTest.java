package org.kumiki.migration.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

class AdaptiveTest {

    private static final EnumSet<Feature> PRECOPY = EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.STOP_AND_COPY);
    private static final EnumSet<Feature> BOTH = EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY);

    private final Adaptive strategy = new Adaptive(0.8, 2, Duration.ofMinutes(30));

    @Test
    void leavesAGuestAloneThatWritesSlowly() {
        assertThat(follow(20e6, 100e6, BOTH)).isEqualTo(new MigrationDirective.Continue(0, Duration.ofMillis(300), 0));
    }

    @Test
    void runsAGuestThatWritesFastAtTheDestinationIfItsOwnerAcceptsThat() {
        assertThat(follow(120e6, 100e6, BOTH)).isEqualTo(new MigrationDirective.SwitchToPostcopy());
    }

    @Test
    void slowsItDownByAsMuchAsItTakesIfNot() {
        assertThat(follow(120e6, 100e6, PRECOPY)).isInstanceOfSatisfying(MigrationDirective.Continue.class,
                go -> assertThat(go.throttle()).isBetween(0.55, 0.65));
    }

    @Test
    void letsItStayIfItWritesTooFastAndSaysWhatWouldHelp() {
        assertThat(follow(2_000e6, 100e6, PRECOPY)).isEqualTo(new MigrationDirective.Cancel("the guest writes 2000 MB/s and 100 MB/s can be sent;"
                + " it could move with a downtime budget of 3001 ms, or if its owner accepted post-copy"));
    }

    @Test
    void waitsForTheEndOfTheFirstRoundBeforeItJudges() {
        MigrationProgress first = report(0, 1, 900e6, 5_000e6, 1e6, 0);

        assertThat(strategy.direct(order(BOTH), List.of(first))).isEqualTo(new MigrationDirective.Continue(0, Duration.ofMillis(300), 0));
    }

    @Test
    void givesUpWhenItsTimeIsOver() {
        assertThat(strategy.direct(order(BOTH), List.of(report(1, 1_800, 1e6, 1e6, 1e6, 0))))
                .isEqualTo(new MigrationDirective.Cancel("it is not over after 1800 s"));
    }

    @Test
    void saysWhatElseThereIsWhereGuestsCannotMoveWhileTheyRun() {
        assertThat(strategy.direct(order(EnumSet.of(Feature.STOP_AND_COPY)), List.of()))
                .isEqualTo(new MigrationDirective.Cancel("its technology does not move guests while they run; try stopcopy or cold"));
    }

    /** A guest of 1,000 MB that is followed round by round, as in Clark et al.: a round leaves what was written to while it was sent. */
    private MigrationDirective follow(double dirty, double bandwidth, EnumSet<Feature> modes) {
        MigrationOrder order = order(modes);
        List<MigrationProgress> progress = new ArrayList<>();
        double remaining = 1e9;
        double elapsed = 0;
        double throttle = 0;
        MigrationDirective directive = strategy.direct(order, progress);
        for (int round = 1; directive instanceof MigrationDirective.Continue go; round++) {
            throttle = go.throttle();
            double time = remaining / bandwidth;
            elapsed += time;
            remaining = Math.min(300e6, dirty * (1 - throttle) * time);
            progress.add(report(round, elapsed, remaining, dirty * (1 - throttle), bandwidth, throttle));
            if (remaining / bandwidth <= go.downtimeLimit().toMillis() / 1e3) {
                return go; // the driver switches over by itself
            }
            directive = strategy.direct(order, progress);
        }
        return directive;
    }

    private static MigrationProgress report(int round, double elapsed, double remaining, double dirty, double bandwidth, double throttle) {
        return new MigrationProgress(Phase.PRECOPY, Duration.ofMillis((long) (elapsed * 1e3)), round, 0, (long) remaining, dirty, bandwidth,
                throttle);
    }

    private static MigrationOrder order(EnumSet<Feature> modes) {
        return new MigrationOrder(new InstanceId("i-00000000000000001"), new HostId("a"), new HostId("b"), 1_000, Duration.ofMillis(300), modes);
    }
}
