package org.kumiki.policy.beloglazov;

import java.util.Arrays;
import java.util.regex.Pattern;

/** What a host draws, as its label {@code power} says: eleven values in watts, at 0, 10, &hellip; 100 % load, linear between. */
final class Power {

    static final String LABEL = "power";

    /** Into how many parts the load is divided. */
    static final int TENTHS = 10;

    private static final double[] BEGIN = { 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9 };
    private static final Pattern TABLE = Pattern.compile("(\\d{1,6}(\\.\\d{1,9})? ){10}\\d{1,6}(\\.\\d{1,9})?");
    /** For a host that does not say: about half of a hundred watts without load. */
    private static final Power TYPICAL = new Power(new double[] { 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100 });

    private final double[] watts;
    /** A tenth of what comes with each tenth of the load. */
    private final double[] step = new double[TENTHS];
    /** By a tenth of the load and a later one, the least that comes with one of those from the one to the other, tenfold. */
    private final double[][] growth = new double[TENTHS][TENTHS];

    private Power(double[] watts) {
        this.watts = watts;
        for (int tenth = 0; tenth < TENTHS; tenth++) {
            step[tenth] = (watts[tenth + 1] - watts[tenth]) / 10;
            double least = Double.MAX_VALUE;
            for (int last = tenth; last < TENTHS; last++) {
                least = Math.min(least, (watts[last + 1] - watts[last]) * 10);
                growth[tenth][last] = least;
            }
        }
    }

    /** @param label null if a host carries none; one that is no table is taken for none, as nobody can be asked */
    static Power of(String label) {
        if (label == null || !TABLE.matcher(label).matches()) {
            return TYPICAL;
        }
        return new Power(Arrays.stream(label.split(" ")).mapToDouble(Double::parseDouble).toArray());
    }

    /**
     * How much it grows at least with the load, in watts for the whole load.
     *
     * @param from the tenth in which the load is
     * @param to   the tenth to which it grows at most
     */
    double growsAtLeast(int from, int to) {
        return growth[from][to];
    }

    /**
     * In watts. Where the line is straight, one guest more costs the same on every host, and only rounding tells them apart; so this multiplies and
     * divides in the order in which CloudSim does.
     *
     * @param load what is beyond 0 and 1 is taken for that
     */
    double at(double load) {
        double share = Math.max(0, Math.min(1, load));
        int below = (int) (share * 10);
        return share * 10 == below ? watts[below] : watts[below] + step[below] * (share - BEGIN[below]) * 100;
    }
}
