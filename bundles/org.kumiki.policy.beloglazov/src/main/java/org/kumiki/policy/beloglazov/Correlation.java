package org.kumiki.policy.beloglazov;

import java.util.Arrays;

/**
 * How well one series can be told from others: the coefficient of multiple determination, R&sup2;, of its linear regression on them (H. Abdi, Multiple
 * correlation coefficient, Encyclopedia of Measurement and Statistics, 2007). Pure.
 */
final class Correlation {

    /** What is left of a series when less than this share of it is left is taken for nothing. */
    private static final double NOTHING = 1e-10;

    private Correlation() {
    }

    /** The series that the others tell best; -1 if there are too few samples to say. */
    static int strongest(double[][] series) {
        int samples = Arrays.stream(series).mapToInt(each -> each.length).min().orElse(0);
        if (samples < series.length) {
            return -1;
        }
        double[][] centered = Arrays.stream(series).map(each -> centered(each, samples)).toArray(double[][]::new);
        int best = 0;
        double most = 0;
        for (int index = 0; index < series.length; index++) {
            double determination = determination(centered, index);
            if (determination > most) {
                most = determination;
                best = index;
            }
        }
        return best;
    }

    private static double[] centered(double[] series, int samples) {
        double mean = Arrays.stream(series, 0, samples).average().orElse(0);
        return Arrays.stream(series, 0, samples).map(value -> value - mean).toArray();
    }

    /** By making the others orthogonal one after the other (Gram and Schmidt), and taking each out of the one in question. */
    private static double determination(double[][] centered, int index) {
        double[] left = centered[index].clone();
        double total = product(left, left);
        if (total == 0) {
            return 0;
        }
        double[][] directions = new double[centered.length][];
        int count = 0;
        for (int other = 0; other < centered.length; other++) {
            if (other != index) {
                double[] direction = centered[other].clone();
                double size = product(direction, direction);
                for (int before = 0; before < count; before++) {
                    takeOut(direction, directions[before]);
                }
                if (product(direction, direction) > NOTHING * size) {
                    takeOut(left, direction);
                    directions[count++] = direction;
                }
            }
        }
        return 1 - product(left, left) / total;
    }

    private static void takeOut(double[] of, double[] direction) {
        double factor = product(of, direction) / product(direction, direction);
        for (int sample = 0; sample < of.length; sample++) {
            of[sample] -= factor * direction[sample];
        }
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int sample = 0; sample < one.length; sample++) {
            sum += one[sample] * other[sample];
        }
        return sum;
    }
}
