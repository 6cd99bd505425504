package org.kumiki.hypervisor.simulated;

import java.time.Duration;

/**
 * What a migration goes through.
 *
 * @param bytesPerSecond      of the channel
 * @param dirtyBytesPerSecond how fast the guest writes to its memory
 * @param workingSetBytes     no more than this is ever written to in a round
 * @param resume              how long the switch-over itself takes
 */
record Channel(double bytesPerSecond, double dirtyBytesPerSecond, long workingSetBytes, Duration resume) {

    private static final double BYTES_PER_MBIT = 1e6 / 8;

    static Channel of(Config config) {
        return new Channel(config.migrationMbps() * BYTES_PER_MBIT, config.dirtyMbps() * BYTES_PER_MBIT, config.workingSetMiB() << 20,
                Duration.ofMillis(config.resumeMillis()));
    }
}
