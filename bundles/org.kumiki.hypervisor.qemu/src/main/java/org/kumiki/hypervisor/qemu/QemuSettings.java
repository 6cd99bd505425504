package org.kumiki.hypervisor.qemu;

import java.time.Duration;

/**
 * What an operator may choose.
 *
 * @param program          QEMU itself
 * @param cpuOvercommit    how many virtual CPUs may be promised for each that is there
 * @param memoryShare      how much of the memory guests may take, from 0 to 1
 * @param diskOvercommit   how much disk may be promised for each MiB that is there;
 *                         a volume takes only what its guest has written
 * @param shutdownPatience how long a guest may take to shut down before it is cut off
 * @param translatedLive   whether guests that run by binary translation are copied while they run; see {@link Transfer}
 * @param streams          by how many streams memory goes from host to host; 0 for as many as help, see {@link Channel}
 */
record QemuSettings(String program, double cpuOvercommit, double memoryShare, double diskOvercommit,
        Duration shutdownPatience, boolean translatedLive, int streams) {

    static final int MOST_STREAMS = 16;

    QemuSettings {
        if (!(cpuOvercommit > 0) || !(memoryShare > 0 && memoryShare <= 1) || !(diskOvercommit > 0) || shutdownPatience.isNegative()) {
            throw new IllegalArgumentException("cpuOvercommit and diskOvercommit are positive, memoryShare is in (0, 1], shutdownPatience "
                    + "is not negative: " + cpuOvercommit + ", " + diskOvercommit + ", " + memoryShare + ", " + shutdownPatience);
        }
        if (streams < 0 || streams > MOST_STREAMS) {
            throw new IllegalArgumentException("migrationStreams is from 0 to " + MOST_STREAMS + ": " + streams);
        }
    }
}
