package org.kumiki.twin.model;

/**
 * A guest that writes at one rate to one part of its memory, the model of H. Liu et al., Performance and Energy Modeling for Live Migration of Virtual
 * Machines, HPDC 2011: a round that takes t leaves min(D&middot;t, W) to be sent again.
 *
 * @param memory     its memory, in bytes
 * @param dirtyRate  D, in bytes a second
 * @param workingSet W, the part of its memory that it writes to (Clark's writable working set), in bytes
 */
public record MovingGuest(double memory, double dirtyRate, double workingSet) implements Writes {

    public MovingGuest {
        if (!(memory > 0 && dirtyRate >= 0 && workingSet >= 0 && workingSet <= memory)) {
            throw new IllegalArgumentException("a guest has memory, of which it writes to a part: " + memory + ", " + dirtyRate + ", " + workingSet);
        }
    }

    @Override
    public double dirtied(int round, double seconds) {
        return Math.min(dirtyRate * seconds, workingSet);
    }
}
