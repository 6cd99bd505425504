package org.kumiki.image.p2v;

import java.time.Duration;
import java.util.List;

/**
 * Decides when a disk that is in use has been copied often enough: the next round is the last one, for which the machine stands still if it may.
 * Pure.
 *
 * @param smallBytes a round that copied no more than this needs no other
 * @param most       how many rounds there are at most, before the last one
 */
record Rounds(long smallBytes, int most) {

    static final Rounds DEFAULT = new Rounds(64L << 20, 8);
    /** A round that copied more than this share of the one before does not bring the end nearer. */
    private static final double SHRINKING = 0.7;

    /**
     * A round that is over.
     *
     * @param bytes that were copied
     */
    record Round(long bytes, Duration took) {
    }

    /** Whether the next round is the last. */
    boolean enough(List<Round> rounds) {
        if (rounds.isEmpty()) {
            return false;
        }
        long last = rounds.get(rounds.size() - 1).bytes();
        boolean endless = rounds.size() > 2 && last > SHRINKING * rounds.get(rounds.size() - 2).bytes();
        return rounds.size() > 1 && last <= smallBytes || endless || rounds.size() >= most;
    }
}
