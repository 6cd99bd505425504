package org.kumiki.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void answersWithTheNearestRank() {
        Samples samples = new Samples();
        LongStream.rangeClosed(1, 10_000).map(number -> 10_001 - number).forEach(millis -> samples.add(millis * 1_000_000));

        assertThat(samples.millis(0.5)).isEqualTo(5_000);
        assertThat(samples.millis(0.99)).isEqualTo(9_900);
        assertThat(samples.millis(1)).isEqualTo(10_000);
    }

    @Test
    void countsFailuresByTheirText() {
        Samples one = new Samples();
        one.addFailure("busy");
        Samples other = new Samples();
        other.addFailure("busy");
        other.addFailure("gone");
        one.addAll(other);

        assertThat(one.failed()).isEqualTo(3);
        assertThat(one.failures()).containsEntry("busy", 2).containsEntry("gone", 1);
    }
}
