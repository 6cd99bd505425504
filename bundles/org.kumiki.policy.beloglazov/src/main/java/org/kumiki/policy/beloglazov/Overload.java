package org.kumiki.policy.beloglazov;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * When a host is taken to have too much: section 4.1 and 4.2 of Beloglazov and Buyya, Optimal online deterministic algorithms and adaptive heuristics
 * for energy and performance efficient dynamic consolidation of virtual machines in cloud data centers, Concurrency and Computation: Practice and
 * Experience 24(13), 2012. Constants that the article leaves open are those of CloudSim 3.0.3. Pure.
 */
sealed interface Overload {

    /** Above which a host has too much while too little is known of it. */
    double UNKNOWN = 0.7;

    /**
     * Whether it is too much.
     *
     * @param wanted  what its guests want, of what the host has
     * @param history what they used, of what it has, the newest first; made when it is asked for
     * @param slowest how long the slowest move of its guests takes, in intervals; counted when it is asked for
     */
    boolean isTooMuch(double wanted, Supplier<double[]> history, DoubleSupplier slowest);

    /** The load above which it is too much whatever it was before; infinite if that always depends. */
    default double most() {
        return Double.POSITIVE_INFINITY;
    }

    static Overload named(String name, double parameter) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "thr" -> new Threshold(parameter);
            case "iqr" -> new Interquartile(parameter);
            case "mad" -> new Deviation(parameter);
            case "lr" -> new Regression(parameter);
            default -> throw new IllegalArgumentException("\"" + name + "\" is none of thr, iqr, mad and lr");
        };
    }

    /** THR: above a fixed share. */
    record Threshold(double share) implements Overload {

        @Override
        public boolean isTooMuch(double wanted, Supplier<double[]> history, DoubleSupplier slowest) {
            return wanted > share;
        }

        @Override
        public double most() {
            return share;
        }
    }

    /** IQR: the more the load varies, by its interquartile range, the less is too much. */
    record Interquartile(double safety) implements Overload {

        @Override
        public boolean isTooMuch(double wanted, Supplier<double[]> history, DoubleSupplier slowest) {
            double[] load = Loads.known(history.get());
            return wanted > (load.length < Loads.ENOUGH ? UNKNOWN : 1 - safety * Loads.interquartileRange(load));
        }
    }

    /** MAD: the same by the median absolute deviation. */
    record Deviation(double safety) implements Overload {

        @Override
        public boolean isTooMuch(double wanted, Supplier<double[]> history, DoubleSupplier slowest) {
            double[] load = Loads.known(history.get());
            return wanted > (load.length < Loads.ENOUGH ? UNKNOWN : 1 - safety * Loads.medianAbsoluteDeviation(load));
        }
    }

    /**
     * LR: when the line through the last ten loads reaches the whole, by the time that the slowest guest has left. CloudSim's weights are all
     * positive, and then it leaves them away; so does this.
     */
    record Regression(double safety) implements Overload {

        private static final int POINTS = 10;

        @Override
        public boolean isTooMuch(double wanted, Supplier<double[]> history, DoubleSupplier slowest) {
            double[] load = Loads.known(history.get());
            return load.length < POINTS ? wanted > UNKNOWN : safety * Loads.ahead(Arrays.copyOf(load, POINTS), Math.ceil(slowest.getAsDouble())) >= 1;
        }
    }
}
