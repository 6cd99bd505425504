package org.kumiki.policy.beloglazov;

import java.util.Arrays;

/**
 * How well one series can be told from others: the coefficient of multiple determination, R&sup2;, of its linear regression on them (H. Abdi, Multiple
 * correlation coefficient, Encyclopedia of Measurement and Statistics, 2007). Pure.
 * <p>
 * Whether series depend on each other, and which of two is told best that are told almost as well, hangs by rounding. So this solves by Householder's
 * reflections in the order in which Apache Commons Math does for CloudSim.
 */
final class Correlation {

    private Correlation() {
    }

    /** The series that the others tell best; -1 if there are too few samples to say, or one of the others follows from the rest. */
    static int strongest(double[][] series) {
        int samples = Integer.MAX_VALUE;
        for (double[] each : series) {
            samples = Math.min(samples, each.length);
        }
        if (samples < series.length || series.length == 1) {
            return -1;
        }
        int best = 0;
        double most = 0;
        for (int index = 0; index < series.length; index++) {
            double[][] columns = columns(series, index, samples);
            double[] diagonal = reflect(columns);
            if (diagonal == null) {
                return -1;
            }
            double determination = 1 - squaresLeft(series, index, coefficients(columns, diagonal, series[index])) / squares(series[index], samples);
            if (determination > most) {
                most = determination;
                best = index;
            }
        }
        return best;
    }

    /** Ones, and all series but one. */
    private static double[][] columns(double[][] series, int but, int samples) {
        double[][] columns = new double[series.length][samples];
        Arrays.fill(columns[0], 1);
        int next = 1;
        for (int other = 0; other < series.length; other++) {
            if (other != but) {
                System.arraycopy(series[other], 0, columns[next++], 0, samples);
            }
        }
        return columns;
    }

    /** Turns columns into an upper triangle, above whose diagonal they hold it, and below the reflections; answers the diagonal, or null if it has a zero. */
    private static double[] reflect(double[][] columns) {
        double[] diagonal = new double[columns.length];
        for (int minor = 0; minor < columns.length; minor++) {
            double[] axis = columns[minor];
            double norm = 0;
            for (int row = minor; row < axis.length; row++) {
                norm += axis[row] * axis[row];
            }
            diagonal[minor] = axis[minor] > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
            if (diagonal[minor] == 0) {
                return null;
            }
            axis[minor] -= diagonal[minor];
            for (int column = minor + 1; column < columns.length; column++) {
                double factor = 0;
                for (int row = minor; row < axis.length; row++) {
                    factor -= columns[column][row] * axis[row];
                }
                factor /= diagonal[minor] * axis[minor];
                for (int row = minor; row < axis.length; row++) {
                    columns[column][row] -= factor * axis[row];
                }
            }
        }
        return diagonal;
    }

    private static double[] coefficients(double[][] columns, double[] diagonal, double[] of) {
        double[] left = of.clone();
        for (int minor = 0; minor < columns.length; minor++) {
            double[] axis = columns[minor];
            double product = 0;
            for (int row = minor; row < axis.length; row++) {
                product += left[row] * axis[row];
            }
            product /= diagonal[minor] * axis[minor];
            for (int row = minor; row < axis.length; row++) {
                left[row] += product * axis[row];
            }
        }
        double[] coefficients = new double[columns.length];
        for (int row = columns.length - 1; row >= 0; row--) {
            coefficients[row] = left[row] / diagonal[row];
            for (int above = 0; above < row; above++) {
                left[above] -= coefficients[row] * columns[row][above];
            }
        }
        return coefficients;
    }

    /** Of what the others do not tell. */
    private static double squaresLeft(double[][] series, int index, double[] coefficients) {
        double sum = 0;
        for (int sample = 0; sample < series[index].length; sample++) {
            double told = coefficients[0];
            int next = 1;
            for (int other = 0; other < series.length; other++) {
                told += other == index ? 0 : series[other][sample] * coefficients[next++];
            }
            double left = series[index][sample] - told;
            sum += left * left;
        }
        return sum;
    }

    /** Of how far a series is from its mean, sample by sample. */
    private static double squares(double[] series, int samples) {
        double mean = 0;
        double sum = 0;
        for (int sample = 0; sample < samples; sample++) {
            double deviation = series[sample] - mean;
            mean += deviation / (sample + 1);
            sum += sample * deviation * (deviation / (sample + 1));
        }
        return sum;
    }
}
