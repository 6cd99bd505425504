package org.kumiki.hypervisor.xen;

import java.time.Duration;
import java.util.Optional;

/**
 * What an operator may choose.
 *
 * @param kernelGuests     the type of guests that bring a kernel; empty for PVH where the processor helps, else PV
 * @param tscMode          how guests read the processor's time stamps: one of xl's own words
 * @param cpuOvercommit    how many CPUs may be promised for each that is there
 * @param memoryShare      how much of the memory that dom0 and the hypervisor leave guests may take, from 0 to 1
 * @param cpuCapPercent    of each of its virtual CPUs, what a guest may use at most; 0 for no bound
 * @param shutdownPatience how long a guest may take to shut down before it is cut off
 * @param startPatience    how long the making of a domain may take
 * @param migrationPort    at which the destination of a move listens; several moves to one host take the ports after it
 */
record XenSettings(Optional<GuestType> kernelGuests, String tscMode, double cpuOvercommit, double memoryShare, int cpuCapPercent,
        Duration shutdownPatience, Duration startPatience, int migrationPort) {

    /** Of moves to one host at a time. */
    static final int PORTS = 16;

    XenSettings {
        if (kernelGuests.filter(type -> type == GuestType.HVM).isPresent()) {
            throw new IllegalArgumentException("kernelGuests is auto, pv or pvh: an HVM guest boots from its disk");
        }
        if (!tscMode.matches("[a-z_]{1,32}")) {
            throw new IllegalArgumentException("tscMode is a word of xl.cfg(5), e.g. default or native: " + tscMode);
        }
        if (!(cpuOvercommit > 0) || !(memoryShare > 0 && memoryShare <= 1) || cpuCapPercent < 0 || cpuCapPercent > 100) {
            throw new IllegalArgumentException("cpuOvercommit is positive, memoryShare is in (0, 1], cpuCapPercent is from 0 to 100: " + cpuOvercommit
                    + ", " + memoryShare + ", " + cpuCapPercent);
        }
        if (shutdownPatience.isNegative() || startPatience.isNegative() || startPatience.isZero()) {
            throw new IllegalArgumentException("shutdownPatience is not negative, startPatience is positive: " + shutdownPatience + ", " + startPatience);
        }
        if (migrationPort < 1 || migrationPort + PORTS > 65_535) {
            throw new IllegalArgumentException("migrationPort is from 1 to " + (65_535 - PORTS) + ": " + migrationPort);
        }
    }
}
