package org.kumiki.api.policy;

import java.util.Arrays;
import java.util.Map;

/**
 * What a host draws at 0, 10, &hellip; 100&nbsp;% load, linear between: the shape of SPECpower_ssj2008's results. Immutable.
 */
public final class PowerModel {

    /** The label by which a host says it: eleven values in watts, with blanks between them. */
    public static final String LABEL = "power";

    /** The label by which it says less: what it draws whenever it is on. */
    public static final String LABEL_WHEN_ON = "watts";

    /** For hosts that do not say: a server with two sockets (IBM System x3550 M3, two Xeon X5675), as published at spec.org/power_ssj2008. */
    public static final PowerModel STANDARD = new PowerModel(58.4, 98, 109, 118, 128, 140, 153, 170, 189, 205, 222);

    private static final int STEPS = 10;

    private final double[] watts;

    /** @param watts at each tenth of the load, eleven in all */
    public PowerModel(double... watts) {
        if (watts.length != STEPS + 1 || Arrays.stream(watts).anyMatch(each -> !(each >= 0 && each < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException("power is said as eleven values in watts, not " + Arrays.toString(watts));
        }
        this.watts = watts.clone();
    }

    /** What the labels of a host say; the standard one if they say nothing, or no such thing. */
    public static PowerModel of(Map<String, String> labels) {
        String text = labels.get(LABEL);
        String whenOn = labels.get(LABEL_WHEN_ON);
        if (text == null && whenOn == null) {
            return STANDARD;
        }
        try {
            if (text == null) {
                double[] same = new double[STEPS + 1];
                Arrays.fill(same, Double.parseDouble(whenOn));
                return new PowerModel(same);
            }
            return new PowerModel(Arrays.stream(text.strip().split(" +")).mapToDouble(Double::parseDouble).toArray());
        } catch (IllegalArgumentException e) { // whoever labels a host must not be able to stop what looks at all of them
            return STANDARD;
        }
    }

    /**
     * In watts.
     *
     * @param load what is beyond 0 to 1 is taken for that
     */
    public double watts(double load) {
        double at = Math.max(0, Math.min(1, load)) * STEPS;
        int below = Math.min((int) at, STEPS - 1);
        return watts[below] + (watts[below + 1] - watts[below]) * (at - below);
    }
}
