package org.kumiki.api.migration;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A guest that exists in a simulation, on its way from one host to another, and what it goes through. It is asked as long as a
 * {@link SimulatedMove} is under way, by one thread at a time. What it throws ends that move.
 */
@ConsumerType
public interface SimulatedGuest {

    /**
     * Whether it is at the destination already.
     *
     * @throws org.kumiki.api.hypervisor.HypervisorException if it cannot move there
     */
    boolean hasMoved();

    /**
     * Has it run at the destination from now on, and no more at the source.
     *
     * @throws org.kumiki.api.hypervisor.HypervisorException if it cannot
     */
    void move();

    /** How fast it would write to its memory now if nothing slowed it down, in bytes a second. */
    double dirtyBytesPerSecond();

    /** The most of its memory that it writes to in one round, in bytes: Clark's writable working set. */
    double workingSetBytes();

    /** What its channel carries, in bytes a second. */
    double bytesPerSecond();

    /** How many seconds pass before the first byte is sent, in which it runs. */
    double setupSeconds();

    /** How many seconds it stands still beside the copying, until it goes on at the destination. */
    double switchOverSeconds();
}
