package org.kumiki.twin.model;

import org.kumiki.twin.power.PowerTable;

/**
 * A host that sleeps, and what it takes to get there and back.
 *
 * @param share   what it draws asleep, of what it draws at full load, from 0 to 1
 * @param toSleep seconds in which it goes to sleep, and draws what it does without load
 * @param toWake  seconds in which it wakes, and draws what it does at full load
 */
public record HostSleep(double share, double toSleep, double toWake) {

    /**
     * Servers that were built to nap: 10.4 of 450 W, and 300 ms to and fro (D. Meisner, B. Gold and T. Wenisch, PowerNap: Eliminating Server Idle Power,
     * ASPLOS 2009, as A. Beloglazov and R. Buyya, 2012, quote it).
     */
    public static final HostSleep POWER_NAP = new HostSleep(10.4 / 450, 0.3, 0.3);
    /**
     * A usual server that is suspended to memory (ACPI S3): it draws as little, and its disks, cards and firmware need their time. The times are assumed, on
     * the long side; measure your own.
     */
    public static final HostSleep SUSPENDED = new HostSleep(10.4 / 450, 10, 30);

    public HostSleep {
        if (!(share >= 0 && share <= 1 && toSleep >= 0 && toWake >= 0)) {
            throw new IllegalArgumentException("a host that sleeps draws a share of its power and needs some time: " + share + ", " + toSleep + " s, " + toWake + " s");
        }
    }

    /** What a host draws asleep, in watts. */
    public double watts(PowerTable power) {
        return share * power.watts(1);
    }

    /** What it costs to send a host to sleep and to wake it again, in joules. */
    public double joules(PowerTable power) {
        return toSleep * power.watts(0) + toWake * power.watts(1);
    }

    /** From how long on, transitions included, it draws less to sleep than to run without load; in seconds. */
    public double breakEven(PowerTable power) {
        double transitions = toSleep + toWake;
        return Math.max(transitions, (joules(power) - transitions * watts(power)) / (power.watts(0) - watts(power)));
    }
}
