package org.kumiki.policy.beloglazov;

import java.util.Arrays;
import java.util.regex.Pattern;

/** What a host draws, as its label {@code power} says: eleven values in watts, at 0, 10, &hellip; 100 % load, linear between. */
record Power(double[] watts) {

    static final String LABEL = "power";

    private static final Pattern TABLE = Pattern.compile("(\\d{1,6}(\\.\\d{1,9})? ){10}\\d{1,6}(\\.\\d{1,9})?");
    /** For a host that does not say: about half of a hundred watts without load. */
    private static final Power TYPICAL = new Power(new double[] { 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100 });

    /** @param label null if a host carries none; one that is no table is taken for none, as nobody can be asked */
    static Power of(String label) {
        if (label == null || !TABLE.matcher(label).matches()) {
            return TYPICAL;
        }
        return new Power(Arrays.stream(label.split(" ")).mapToDouble(Double::parseDouble).toArray());
    }

    /** How much it grows at least with the load, from a load on to the whole: in watts for the whole load. */
    double growsAtLeast(double load) {
        double least = Double.MAX_VALUE;
        for (int below = (int) (Math.max(0, Math.min(0.9, load)) * 10); below < 10; below++) {
            least = Math.min(least, (watts[below + 1] - watts[below]) * 10);
        }
        return least;
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
        return share * 10 == below ? watts[below] : watts[below] + (watts[below + 1] - watts[below]) / 10 * (share - (double) below / 10) * 100;
    }
}
