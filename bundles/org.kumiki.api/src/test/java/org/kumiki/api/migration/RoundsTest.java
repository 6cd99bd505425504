package org.kumiki.api.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationProgress.Phase;

class RoundsTest {

    @Test
    void lookAtTheFirstReportAfterEachRound() {
        List<MigrationProgress> progress = List.of(report(Phase.SETUP, 0, 100), report(Phase.PRECOPY, 0, 90), report(Phase.PRECOPY, 1, 50),
                report(Phase.PRECOPY, 1, 40), report(Phase.PRECOPY, 3, 20), report(Phase.SWITCHOVER, 4, 10));

        assertThat(Rounds.ends(progress)).extracting(MigrationProgress::remainingBytes).containsExactly(50L, 20L);
    }

    @Test
    void stallOnceTheyLeaveAsMuchAsBefore() {
        assertThat(Rounds.stalled(List.of())).isZero();
        assertThat(Rounds.stalled(rounds(100, 60, 40))).isZero();
        assertThat(Rounds.stalled(rounds(100, 60, 58, 59))).isEqualTo(2);
        assertThat(Rounds.stalled(rounds(100, 99, 98, 40))).as("it moves again").isZero();
    }

    @Test
    void endWithTheFirstReportOfTheNextOne() {
        assertThat(Rounds.justEnded(List.of())).isFalse();
        assertThat(Rounds.justEnded(List.of(report(Phase.PRECOPY, 0, 100)))).isFalse();
        assertThat(Rounds.justEnded(rounds(100, 60))).isTrue();
        assertThat(Rounds.justEnded(List.of(report(Phase.PRECOPY, 1, 100), report(Phase.PRECOPY, 1, 90)))).isFalse();
    }

    @Test
    void wouldStandStillForAsLongAsTheRestTakes() {
        assertThat(Rounds.standstill(report(Phase.PRECOPY, 1, 250))).isEqualTo(Duration.ofMillis(2_500));
        assertThat(Rounds.standstill(report(Phase.PRECOPY, 1, 0))).isZero();
        assertThat(Rounds.standstill(new MigrationProgress(Phase.PRECOPY, Duration.ZERO, 1, 0, Long.MAX_VALUE, 0, 0, 0))).isPositive();
    }

    @Test
    void endLaterTheFasterTheGuestWrites() {
        assertThat(Rounds.untilEnd(writing(0))).contains(Duration.ofSeconds(10));
        assertThat(Rounds.untilEnd(writing(50))).contains(Duration.ofSeconds(20));
        assertThat(Rounds.untilEnd(writing(100))).as("it writes as fast as is sent").isEmpty();
        assertThat(Rounds.untilEnd(report(Phase.SETUP, 0, 1_000))).isEmpty();
        assertThat(Rounds.untilEnd(report(Phase.POSTCOPY, 1, 250))).contains(Duration.ofMillis(2_500));
    }

    private static MigrationProgress writing(double dirty) {
        return new MigrationProgress(Phase.PRECOPY, Duration.ZERO, 1, 0, 1_000, dirty, 100, 0);
    }

    private static List<MigrationProgress> rounds(long first, long... others) {
        List<MigrationProgress> progress = new ArrayList<>(List.of(report(Phase.PRECOPY, 1, first)));
        for (int index = 0; index < others.length; index++) {
            progress.add(report(Phase.PRECOPY, index + 2, others[index]));
        }
        return progress;
    }

    private static MigrationProgress report(Phase phase, int round, long remaining) {
        return new MigrationProgress(phase, Duration.ZERO, round, 0, remaining, 0, 100, 0);
    }
}
