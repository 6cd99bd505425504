package org.kumiki.policy.beloglazov;

import java.util.Arrays;

/** Statistics of a host's load, the newest first. Pure. */
final class Loads {

    /** So many samples the article wants before it takes a spread for one. */
    static final int ENOUGH = 12;

    private Loads() {
    }

    /** Without the zeros at its end, of a time from which nothing is known; at least one is left. */
    static double[] known(double[] load) {
        int length = load.length;
        while (length > 1 && load[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(load, length);
    }

    /** The third quartile less the first, each the sample next to it. */
    static double interquartileRange(double[] load) {
        double[] sorted = load.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(0.75 * (sorted.length + 1)) - 1] - sorted[(int) Math.round(0.25 * (sorted.length + 1)) - 1];
    }

    static double medianAbsoluteDeviation(double[] load) {
        double median = median(load);
        return median(Arrays.stream(load).map(each -> Math.abs(each - median)).toArray());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1] + 0.5 * (sorted[middle] - sorted[middle - 1]);
    }

    /** What the line of least squares through loads comes to some intervals after the newest. */
    static double ahead(double[] load, double intervals) {
        int count = load.length;
        double meanTime = (count + 1) / 2.0;
        double mean = Arrays.stream(load).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int time = 1; time <= count; time++) {
            products += (time - meanTime) * (load[count - time] - mean);
            squares += (time - meanTime) * (time - meanTime);
        }
        return mean + products / squares * (count + intervals - meanTime);
    }
}
