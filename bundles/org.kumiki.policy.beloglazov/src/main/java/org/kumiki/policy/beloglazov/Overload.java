package org.kumiki.policy.beloglazov;

import java.util.Arrays;
import java.util.Locale;

/**
 * When a host is taken to have too much: section 4.1 and 4.2 of Beloglazov and Buyya, Optimal online deterministic algorithms and adaptive heuristics
 * for energy and performance efficient dynamic consolidation of virtual machines in cloud data centers, Concurrency and Computation: Practice and
 * Experience 24(13), 2012. Constants that the article leaves open are those of CloudSim 3.0.3. Pure.
 */
sealed interface Overload {

    /** Above which a host has too much while too little is known of it. */
    double UNKNOWN = 0.7;

    /** What may be asked of a host and its guests; worked out when it is. */
    interface Past {

        /** What they used, of what it has, the newest first. */
        double[] loads();

        /** How long the slowest move of its guests takes, in intervals. */
        double slowestMove();
    }

    /**
     * Whether it is too much.
     *
     * @param wanted what its guests want, of what the host has
     */
    boolean isTooMuch(double wanted, Past past);

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
        public boolean isTooMuch(double wanted, Past past) {
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
        public boolean isTooMuch(double wanted, Past past) {
            double[] load = Loads.known(past.loads());
            return wanted > (load.length < Loads.ENOUGH ? UNKNOWN : 1 - safety * Loads.interquartileRange(load));
        }
    }

    /** MAD: the same by the median absolute deviation. */
    record Deviation(double safety) implements Overload {

        @Override
        public boolean isTooMuch(double wanted, Past past) {
            double[] load = Loads.known(past.loads());
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
        public boolean isTooMuch(double wanted, Past past) {
            double[] load = Loads.known(past.loads());
            return load.length < POINTS ? wanted > UNKNOWN : safety * Loads.ahead(Arrays.copyOf(load, POINTS), Math.ceil(past.slowestMove())) >= 1;
        }
    }
}
