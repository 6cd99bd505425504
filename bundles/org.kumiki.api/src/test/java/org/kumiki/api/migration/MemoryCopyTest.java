package org.kumiki.api.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationProgress.Phase;

class MemoryCopyTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    private final MemoryCopy begun = MemoryCopy.of(1_000, 100);

    @Test
    void eachRoundSendsWhatTheOneBeforeHasLeft() {
        MemoryCopy twice = begun.next(100).next(10);

        assertThat(twice.sent()).isEqualTo(1_100);
        assertThat(twice.left()).isEqualTo(10);
        assertThat(twice.seconds()).isEqualTo(0.1);
        assertThat(twice.ended()).isEqualTo(new MemoryCopy(100, 100, 0, 2, 1_110, 0));
    }

    @Test
    void goesAsFastAsItIsToldAndNoFasterThanItsChannel() {
        assertThat(begun.as(new Continue(50, SHORT, 0.5)).seconds()).isEqualTo(20);
        assertThat(begun.as(new Continue(500, SHORT, 0)).seconds()).isEqualTo(10);
        assertThat(begun.as(new Continue(50, SHORT, 0)).as(new Continue(0, SHORT, 0))).isEqualTo(begun);
    }

    @Test
    void endsWhenTheRestIsShortButNeverBeforeTheFirstRound() {
        assertThat(MemoryCopy.of(1, 100).endsWithin(SHORT)).isFalse();
        assertThat(begun.next(10).endsWithin(SHORT)).isTrue();
        assertThat(begun.next(11).endsWithin(SHORT)).isFalse();
    }

    @Test
    void isReportedInWholeBytes() {
        assertThat(begun.as(new Continue(50, SHORT, 0.25)).next(0.7).report(Phase.PRECOPY, Duration.ofSeconds(20), 7))
                .isEqualTo(new MigrationProgress(Phase.PRECOPY, Duration.ofSeconds(20), 1, 1_000, 1, 7, 50, 0.25));
    }
}
