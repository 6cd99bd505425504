package org.kumiki.bench.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdversaryTest {

    @Test
    void nothingWrongIsTakenNothingRightIsRefusedAndNothingCollides() {
        Adversary.Result result = Adversary.run(50_000, 2);

        assertThat(result.violations()).isZero();
        assertThat(result.refusals()).isZero();
        assertThat(result.collisions()).isZero();
        assertThat(result.taken()).isGreaterThan(2_000);
    }
}
