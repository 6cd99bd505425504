package org.kumiki.twin.model;

/**
 * How a guest writes to its memory, as far as a move has to send that again. The terms are those of C. Clark et al., Live Migration of Virtual Machines,
 * NSDI 2005. A pure function.
 */
public interface Writes {

    /** Its memory, in bytes: what the first round sends. */
    double memory();

    /**
     * How much of it a round leaves to be sent again.
     *
     * @param round   from 1
     * @param seconds that the round takes
     * @return bytes, each counted once however often it is written to
     */
    double dirtied(int round, double seconds);

    /**
     * Those of a move that was watched.
     *
     * @param volumes that its rounds sent, the first one first; after the last one nothing is written
     */
    static Writes recorded(double... volumes) {
        double[] all = volumes.clone();
        return new Writes() {

            @Override
            public double memory() {
                return all[0];
            }

            @Override
            public double dirtied(int round, double seconds) {
                return round < all.length ? all[round] : 0;
            }
        };
    }
}
