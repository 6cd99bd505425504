package org.kumiki.twin.simulation;

/**
 * What guests got in a run, beside its series.
 *
 * @param wanted      CPU seconds that they wanted
 * @param missed      of those, which they did not get
 * @param lostByMoves of these, which they did not get because they moved: they were slowed down, or stood still
 * @param sleeps      how often a host was sent to sleep
 */
public record Service(double wanted, double missed, double lostByMoves, int sleeps) {

    /** The share of what guests wanted that they did not get, from 0 to 1. */
    public double unserved() {
        return wanted == 0 ? 0 : missed / wanted;
    }

    /** The share of what guests wanted that they did not get because they moved. */
    public double degradation() {
        return wanted == 0 ? 0 : lostByMoves / wanted;
    }
}
