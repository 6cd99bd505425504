package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateTest {

    /** How much longer ten people slept with each of two drugs (Student 1908); the figures of the test are in the help of R's {@code t.test}. */
    private static final double[] ONE = { 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0 };
    private static final double[] OTHER = { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4 };

    @Test
    void studentsOwnExample() {
        double[] difference = new double[ONE.length];
        java.util.Arrays.setAll(difference, index -> ONE[index] - OTHER[index]);

        Estimate estimate = Estimate.of(difference);

        assertThat(estimate.mean()).isCloseTo(-1.58, within(1e-9));
        assertThat(estimate.mean() - estimate.half()).isCloseTo(-2.4598858, within(1e-6));
        assertThat(estimate.mean() + estimate.half()).isCloseTo(-0.7001142, within(1e-6));
        assertThat(Estimate.pairedP(ONE, OTHER)).isCloseTo(0.00283289, within(1e-7));
    }

    @Test
    void oneValueSaysNothingAboutChance() {
        assertThat(Estimate.of(new double[] { 3 })).isEqualTo(new Estimate(3, Double.NaN, 1));
        assertThat(Estimate.pairedP(new double[] { 3 }, new double[] { 4 })).isNaN();
    }

    @Test
    void whatIsAlwaysTheSameIsNoChance() {
        assertThat(Estimate.pairedP(new double[] { 3, 4 }, new double[] { 3, 4 })).isEqualTo(1);
        assertThat(Estimate.pairedP(new double[] { 3, 4 }, new double[] { 4, 5 })).isZero();
    }

    @Test
    void severalTestsTogether() {
        assertThat(Estimate.holm(new double[] { 0.01, 0.04, 0.03 })).containsExactly(new double[] { 0.03, 0.06, 0.06 }, within(1e-12));
        assertThat(Estimate.holm(new double[] { 0.9, 0.8 })).containsExactly(1, 1);
    }
}
