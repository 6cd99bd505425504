package org.kumiki.api.view;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;

/** Some hosts side by side, in columns: what two tables share where they do not differ. Never changed once it is in a table. */
final class HostBlock {

    static final int SHIFT = 6;
    static final int SIZE = 1 << SHIFT;
    static final int MASK = SIZE - 1;

    final Host[] hosts;
    final Technology[] technologies;
    final HostState[] states;
    final int[] freeCpus;
    final long[] freeMemoryMiB;
    final long[] freeDiskMiB;
    final int[] freeNetworkMbps;
    final int[] guests;
    /** By row: stands for the edit that changed it last. */
    final Object[] stamps;

    HostBlock() {
        hosts = new Host[SIZE];
        technologies = new Technology[SIZE];
        states = new HostState[SIZE];
        freeCpus = new int[SIZE];
        freeMemoryMiB = new long[SIZE];
        freeDiskMiB = new long[SIZE];
        freeNetworkMbps = new int[SIZE];
        guests = new int[SIZE];
        stamps = new Object[SIZE];
    }

    HostBlock(HostBlock block) {
        hosts = block.hosts.clone();
        technologies = block.technologies.clone();
        states = block.states.clone();
        freeCpus = block.freeCpus.clone();
        freeMemoryMiB = block.freeMemoryMiB.clone();
        freeDiskMiB = block.freeDiskMiB.clone();
        freeNetworkMbps = block.freeNetworkMbps.clone();
        guests = block.guests.clone();
        stamps = block.stamps.clone();
    }

    /** @param sign 1 to give back, -1 to take */
    void change(int index, Resources amount, int sign) {
        freeCpus[index] += sign * amount.cpus();
        freeMemoryMiB[index] += sign * amount.memoryMiB();
        freeDiskMiB[index] += sign * amount.diskMiB();
        freeNetworkMbps[index] += sign * amount.networkMbps();
    }

    boolean hasRoom(int index, Resources wanted) {
        return wanted.cpus() <= freeCpus[index] && wanted.memoryMiB() <= freeMemoryMiB[index] && wanted.diskMiB() <= freeDiskMiB[index]
                && wanted.networkMbps() <= freeNetworkMbps[index];
    }
}
