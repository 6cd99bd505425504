package org.kumiki.twin.power;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a host draws at 0, 10, &hellip; 100 % load, linear between: the shape of SPECpower_ssj2008's results (spec.org/power_ssj2008), from which the
 * constants here are. Immutable.
 */
public final class PowerTable implements Serializable {

    /** HP ProLiant ML110 G3, Pentium D930, two cores of 3000 MHz. */
    public static final PowerTable ML110_G3 = new PowerTable(105, 112, 118, 125, 131, 137, 147, 153, 157, 164, 169);
    /** HP ProLiant ML110 G4, Xeon 3040, two cores of 1860 MHz. */
    public static final PowerTable ML110_G4 = new PowerTable(86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117);
    /** HP ProLiant ML110 G5, Xeon 3075, two cores of 2660 MHz. */
    public static final PowerTable ML110_G5 = new PowerTable(93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135);
    /** IBM System x3250, Xeon X3470, four cores of 2933 MHz. */
    public static final PowerTable X3250_X3470 = new PowerTable(41.6, 46.7, 52.3, 57.9, 65.4, 73, 80.7, 89.5, 99.6, 105, 113);
    /** IBM System x3250, Xeon X3480, four cores of 3067 MHz. */
    public static final PowerTable X3250_X3480 = new PowerTable(42.3, 46.7, 49.7, 55.4, 61.8, 69.3, 76.1, 87, 96.1, 106, 113);
    /** IBM System x3550 M3, two Xeon X5670, twelve cores of 2933 MHz. */
    public static final PowerTable X3550_X5670 = new PowerTable(66, 107, 120, 131, 143, 156, 173, 191, 211, 229, 247);
    /** IBM System x3550 M3, two Xeon X5675, twelve cores of 3067 MHz. */
    public static final PowerTable X3550_X5675 = new PowerTable(58.4, 98, 109, 118, 128, 140, 153, 170, 189, 205, 222);

    /** Those that are here, by the names that scenarios have for them. */
    public static final Map<String, PowerTable> NAMED = named();

    private static final int STEPS = 10;

    private final double[] watts;

    /** @param watts at each tenth of the load, eleven in all */
    public PowerTable(double... watts) {
        if (watts.length != STEPS + 1) {
            throw new IllegalArgumentException("a table of power has eleven values: " + Arrays.toString(watts));
        }
        this.watts = watts.clone();
    }

    private static Map<String, PowerTable> named() {
        Map<String, PowerTable> named = new TreeMap<>();
        named.put("ml110-g4", ML110_G4);
        named.put("ml110-g5", ML110_G5);
        named.put("x3250-x3470", X3250_X3470);
        named.put("x3550-x5675", X3550_X5675);
        return Collections.unmodifiableMap(named);
    }

    /**
     * In watts.
     *
     * @param load from 0 to 1
     */
    public double watts(double load) {
        if (!(load >= 0 && load <= 1)) {
            throw new IllegalArgumentException("a load is from 0 to 1: " + load);
        }
        int below = (int) Math.floor(load * STEPS);
        if (below == STEPS) {
            return watts[STEPS];
        }
        return watts[below] + (watts[below + 1] - watts[below]) * (load * STEPS - below);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PowerTable table && Arrays.equals(watts, table.watts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(watts);
    }

    /** The values with blanks between them, as a host carries them in its label {@code power}. */
    @Override
    public String toString() {
        return Arrays.stream(watts).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }
}
