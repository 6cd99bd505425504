package org.kumiki.hypervisor.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

class UseTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-03-02T00:00:00Z");
    private final Use use = new Use(0.3, 0.5);

    @Test
    void guestsAreBusiestInTheAfternoonAndLeastSoAtNight() {
        assertThat(at(14)).isCloseTo(0.45, within(0.01));
        assertThat(at(2)).isCloseTo(0.15, within(0.01));
        assertThat(at(8)).isCloseTo(0.3, within(0.01));
        assertThat(at(14 + 24)).isCloseTo(at(14), within(0.001));
    }

    @Test
    void aWholeDayIsTheMean() {
        Duration day = use.cpuTime(2, MIDNIGHT.plus(Duration.ofDays(1))).minus(use.cpuTime(2, MIDNIGHT));

        assertThat(day.toSeconds() / 86_400.0).isCloseTo(2 * 0.3, within(0.001));
    }

    @Test
    void thereIsNoMoreUseThanThereAreCpus() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Use(1.5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Use(0.5, Double.NaN));
    }

    private double at(int hour) {
        Instant then = MIDNIGHT.plus(Duration.ofHours(hour));
        return use.cpuTime(1, then.plusSeconds(60)).minus(use.cpuTime(1, then.minusSeconds(60))).toMillis() / 120_000.0;
    }
}
