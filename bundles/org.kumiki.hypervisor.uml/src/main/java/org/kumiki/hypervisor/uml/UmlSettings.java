package org.kumiki.hypervisor.uml;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an operator may choose.
 *
 * @param program          User-Mode Linux, by its whole path
 * @param modules          the directory in which its modules are, each version in one of its own
 * @param cpuOvercommit    how many CPUs may be promised for each that is there
 * @param memoryShare      how much of the memory guests may take, from 0 to 1
 * @param shutdownPatience how long a guest may take to shut down before it is cut off
 */
record UmlSettings(Path program, Path modules, double cpuOvercommit, double memoryShare, Duration shutdownPatience) {

    UmlSettings {
        if (!(cpuOvercommit > 0) || !(memoryShare > 0 && memoryShare <= 1) || shutdownPatience.isNegative()) {
            throw new IllegalArgumentException("cpuOvercommit is positive, memoryShare is in (0, 1], shutdownPatience is not negative: "
                    + cpuOvercommit + ", " + memoryShare + ", " + shutdownPatience);
        }
        if (!program.isAbsolute() || !modules.isAbsolute()) {
            throw new IllegalArgumentException("program and modules are whole paths: " + program + ", " + modules);
        }
    }
}
