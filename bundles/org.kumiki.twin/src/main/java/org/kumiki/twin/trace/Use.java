package org.kumiki.twin.trace;

/**
 * What an instance uses in the course of time. A pure function: it says the same for the same moment each time it is asked, in any order, and from any
 * thread.
 */
@FunctionalInterface
public interface Use {

    /**
     * The share of its CPUs that it uses, from 0 to 1.
     *
     * @param seconds since the demand began, not since the instance did
     */
    double cpu(double seconds);

    /** How fast it writes to memory, in MiB/s, which is what a live migration has to keep up with. Little, unless it is said otherwise. */
    default double dirtyMiBPerSecond(double seconds) {
        return 2 + 30 * cpu(seconds);
    }
}
