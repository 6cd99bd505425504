package org.kumiki.policy.beloglazov;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Which guest leaves a host that has too much: section 4.3 of Beloglazov and Buyya (2012). Pure but for the dice, which are loaded. */
enum Selection {
    /** Minimum migration time: the one with the least memory. */
    MMT,
    /** Minimum utilization: the one that uses the least of its own CPUs. */
    MU,
    /** Random choice. */
    RS,
    /** Maximum correlation: the one whose load can be told best from that of the others; while too little is known of them, the one with the least memory. */
    MC;

    static Selection named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + name + "\" is none of mmt, mu, rs and mc", e);
        }
    }

    /**
     * Chooses one of some guests.
     *
     * @param guests the longest there first; not empty
     * @param dice   for who needs luck
     */
    int choose(List<Integer> guests, Demand demand, SplittableRandom dice) {
        return switch (this) {
            case MMT -> least(guests, demand.memory());
            case MU -> least(guests, demand.share());
            case RS -> guests.get(dice.nextInt(guests.size()));
            case MC -> {
                int index = Correlation.strongest(guests.stream().map(demand::history).toArray(double[][]::new));
                yield index >= 0 ? guests.get(index) : least(guests, demand.memory());
            }
        };
    }

    private static int least(List<Integer> guests, double[] measure) {
        int best = guests.get(0);
        for (int guest : guests) {
            best = measure[guest] < measure[best] ? guest : best;
        }
        return best;
    }
}
