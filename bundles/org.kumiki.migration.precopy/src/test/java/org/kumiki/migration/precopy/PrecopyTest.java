package org.kumiki.migration.precopy;

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

class PrecopyTest {

    private static final EnumSet<Feature> PRECOPY = EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY);
    private static final Precopy.Limits LIMITS = new Precopy.Limits(50_000_000, 0.2, 0.1, 0.8, 3, Duration.ofMinutes(30));

    private final Precopy strategy = new Precopy(LIMITS);

    @Test
    void beginsAtTheBandwidthThatItMayTakeAndTheDowntimeThatTheOwnerAccepts() {
        assertThat(strategy.direct(order(PRECOPY), List.of()))
                .isEqualTo(new MigrationDirective.Continue(50_000_000, Duration.ofMillis(300), 0));
    }

    @Test
    void leavesAGuestAloneThatWritesSlowly() {
        assertThat(follow(20e6, 100e6, PRECOPY)).isEqualTo(new MigrationDirective.Continue(50_000_000, Duration.ofMillis(300), 0));
    }

    @Test
    void slowsDownAGuestThatWritesAsFastAsCanBeSentUntilItIsThere() {
        assertThat(follow(120e6, 100e6, PRECOPY)).isInstanceOfSatisfying(MigrationDirective.Continue.class,
                go -> assertThat(go.throttle()).isBetween(0.3, 0.8));
    }

    @Test
    void givesUpOnAGuestThatWritesTooFastHoweverSlowItRuns() {
        assertThat(follow(2_000e6, 100e6, PRECOPY)).isInstanceOfSatisfying(MigrationDirective.Cancel.class,
                cancel -> assertThat(cancel.reason()).startsWith("the guest writes 400 MB/s and 100 MB/s can be sent, so the rest of 300 MB"));
    }

    @Test
    void changesNothingInTheMiddleOfARound() {
        List<MigrationProgress> progress = new ArrayList<>(List.of(report(1, 10, 500e6, 100e6, 100e6, 0), report(2, 15, 500e6, 100e6, 100e6, 0)));
        assertThat(strategy.direct(order(PRECOPY), progress)).isEqualTo(new MigrationDirective.Continue(50_000_000, Duration.ofMillis(300), 0.2));

        progress.add(report(2, 16, 400e6, 100e6, 100e6, 0.2));
        assertThat(strategy.direct(order(PRECOPY), progress)).isEqualTo(new MigrationDirective.Continue(50_000_000, Duration.ofMillis(300), 0.2));
    }

    @Test
    void takesOverAGuestThatAnotherStrategyHasSlowedDownFurtherThanItWould() {
        List<MigrationProgress> progress = List.of(report(1, 10, 500e6, 100e6, 100e6, 0.9), report(2, 15, 500e6, 100e6, 100e6, 0.9));

        assertThat(strategy.direct(order(PRECOPY), progress)).isEqualTo(new MigrationDirective.Continue(50_000_000, Duration.ofMillis(300), 0.9));
    }

    @Test
    void givesUpWhenItsTimeIsOver() {
        assertThat(strategy.direct(order(PRECOPY), List.of(report(1, 1_800, 1e6, 1e6, 1e6, 0))))
                .isEqualTo(new MigrationDirective.Cancel("it is not over after 1800 s"));
    }

    @Test
    void doesNotTryWhatTheTechnologyCannotDo() {
        assertThat(strategy.direct(order(EnumSet.of(Feature.STOP_AND_COPY)), List.of()))
                .isEqualTo(new MigrationDirective.Cancel("its technology does not move guests by pre-copy"));
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
