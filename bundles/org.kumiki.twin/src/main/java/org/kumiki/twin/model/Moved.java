package org.kumiki.twin.model;

import java.util.List;

/**
 * What has come of a move.
 *
 * @param moved    whether the guest is at the destination; else it gave up, and the rest says what that cost
 * @param seconds  from its begin until nothing is left at the source
 * @param downtime seconds in which the guest stood still
 * @param bytes    that were sent
 * @param lost     seconds of its work that the guest lost: while it stood still, was slowed down, or waited for memory that was elsewhere
 * @param rounds   in which memory was sent, the last one while the guest stood still or after it had gone
 */
public record Moved(boolean moved, double seconds, double downtime, double bytes, double lost, List<Round> rounds) {

    /**
     * A round.
     *
     * @param bytes it sent
     */
    public record Round(double bytes, double seconds) {
    }

    public Moved {
        rounds = List.copyOf(rounds);
    }

    /** How much more was sent than the guest has memory; 1 for nothing twice. */
    public double factor(double memory) {
        return bytes / memory;
    }
}
