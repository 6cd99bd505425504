package org.kumiki.hypervisor.lxc;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an operator may choose.
 *
 * @param program          {@code lxc-start}, by its whole path
 * @param cpuOvercommit    how many CPUs may be promised for each that is there
 * @param memoryShare      how much of the memory guests may take, from 0 to 1
 * @param shutdownPatience how long a guest may take to shut down before it is cut off
 * @param firstId          where the users of guests begin on their host: each guest has 65,536 of its own
 * @param mountDisks       whether a guest's root disk is mounted, by the host's kernel, which must then bear what guests have written there
 */
record LxcSettings(Path program, double cpuOvercommit, double memoryShare, Duration shutdownPatience, int firstId, boolean mountDisks) {

    static final int IDS = 65_536;

    LxcSettings {
        if (!(cpuOvercommit > 0) || !(memoryShare > 0 && memoryShare <= 1) || shutdownPatience.isNegative()) {
            throw new IllegalArgumentException("cpuOvercommit is positive, memoryShare is in (0, 1], shutdownPatience is not negative: "
                    + cpuOvercommit + ", " + memoryShare + ", " + shutdownPatience);
        }
        if (firstId < IDS || !program.isAbsolute()) {
            throw new IllegalArgumentException("firstId is at least " + IDS + ", and program a whole path: " + firstId + ", " + program);
        }
    }

    /** How many guests can have users of their own on one kernel. */
    int mostGuests() {
        return (Integer.MAX_VALUE - firstId) / IDS;
    }
}
