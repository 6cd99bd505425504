package org.kumiki.twin.study;

import java.util.Arrays;

import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.TTest;

/**
 * What is known of a mean from some values.
 *
 * @param mean of the values
 * @param half of the interval that has the true mean in it with a confidence of 95 %, by Student's t; NaN for one value
 * @param n    how many values
 */
record Estimate(double mean, double half, int n) {

    private static final double CONFIDENCE = 0.95;

    static Estimate of(double[] values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        if (values.length < 2) {
            return new Estimate(mean, Double.NaN, values.length);
        }
        double variance = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum() / (values.length - 1);
        double t = TDistribution.of(values.length - 1).inverseSurvivalProbability((1 - CONFIDENCE) / 2);
        return new Estimate(mean, t * Math.sqrt(variance / values.length), values.length);
    }

    /** How likely it is that values differ as much by chance alone, by Student's paired t-test; NaN for fewer than two pairs. */
    static double pairedP(double[] one, double[] other) {
        if (one.length < 2) {
            return Double.NaN;
        }
        boolean isConstant = true;
        for (int index = 1; index < one.length; index++) {
            isConstant &= one[index] - other[index] == one[0] - other[0];
        }
        if (isConstant) {
            return one[0] == other[0] ? 1 : 0;
        }
        return TTest.withDefaults().pairedTest(one, other).getPValue();
    }

    /** The same for several tests, so that among all of them chance alone seldom looks like more (Holm 1979). */
    static double[] holm(double[] p) {
        Integer[] order = new Integer[p.length];
        Arrays.setAll(order, index -> index);
        Arrays.sort(order, (one, other) -> Double.compare(p[one], p[other]));
        double[] adjusted = new double[p.length];
        double most = 0;
        for (int rank = 0; rank < order.length; rank++) {
            most = Math.max(most, Math.min(1, p[order[rank]] * (p.length - rank)));
            adjusted[order[rank]] = Double.isNaN(p[order[rank]]) ? Double.NaN : most;
        }
        return adjusted;
    }
}
