package org.kumiki.api.migration;

import java.time.Duration;

/**
 * How far a migration is. The terms are those of Clark et al., Live Migration of Virtual Machines (NSDI 2005).
 *
 * @param elapsed            since it began
 * @param round              how many times memory has been gone through
 * @param sentBytes          over the channel, since it began
 * @param remainingBytes     that would have to be sent if the guest stood still now
 * @param dirtyBytesPerSecond how fast the guest writes to memory that was already sent
 * @param bytesPerSecond     of the channel
 * @param throttle           by how much the guest's CPUs are slowed down, from 0 to 1
 */
public record MigrationProgress(Phase phase, Duration elapsed, int round, long sentBytes, long remainingBytes, double dirtyBytesPerSecond,
        double bytesPerSecond, double throttle) {

    /** Where a migration stands. */
    public enum Phase {
        /** The destination is made ready. */
        SETUP,
        /** Memory is copied while the guest runs at the source. */
        PRECOPY,
        /** The guest stands still. */
        SWITCHOVER,
        /** The guest runs at the destination and its memory follows. */
        POSTCOPY, COMPLETED, FAILED
    }
}
