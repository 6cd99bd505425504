package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class ThrottleTest {

    private final SettableClock clock = new SettableClock();
    private final Throttle throttle = new Throttle(clock);

    @Test
    void aFewMistakesAreFree() {
        for (int i = 0; i < Throttle.FREE; i++) {
            assertThat(throttle.ask()).isZero();
        }
        assertThat(throttle.ask()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void eachFurtherMistakeCostsTwiceTheTimeUpToALimit() {
        for (int i = 0; i < Throttle.FREE; i++) {
            throttle.ask();
        }
        for (int seconds : new int[] { 1, 2, 4, 8, 16, 30, 30 }) {
            assertThat(throttle.ask()).isEqualTo(Duration.ofSeconds(seconds));
            clock.pass(Duration.ofSeconds(seconds));
            assertThat(throttle.ask()).isZero();
        }
    }

    @Test
    void askingTooEarlyCostsNothing() {
        for (int i = 0; i < Throttle.FREE; i++) {
            throttle.ask();
        }
        for (int i = 0; i < 100; i++) {
            throttle.ask();
        }
        assertThat(throttle.ask()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aRightGuessWipesTheSlateClean() {
        for (int i = 0; i < Throttle.FREE; i++) {
            throttle.ask();
        }
        clock.pass(Duration.ofSeconds(1));
        throttle.ask();

        throttle.succeeded();

        for (int i = 0; i < Throttle.FREE; i++) {
            assertThat(throttle.ask()).isZero();
        }
    }
}
