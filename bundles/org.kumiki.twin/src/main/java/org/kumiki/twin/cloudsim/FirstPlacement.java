package org.kumiki.twin.cloudsim;

/** Where machines are put while nobody knows how busy they will be: by all that they may want, and by their memory. */
final class FirstPlacement {

    /** Of a host. */
    static final int MEMORY_MIB = 4_096;

    private static final int MOST = 10;

    private final int[] hosts;

    /** Puts a machine on a host. */
    @FunctionalInterface
    interface Putting {
        void put(int machine, int host);
    }

    private FirstPlacement(int[] hosts) {
        this.hosts = hosts;
    }

    /**
     * @param byPower each on the host that draws least more for it; else on the first that has room
     * @throws IllegalArgumentException if they do not all fit
     */
    static FirstPlacement of(Machines machines, Racks racks, boolean byPower) {
        double[] taken = new double[racks.size()];
        int[] memory = new int[racks.size()];
        int[] count = new int[racks.size()];
        int[] chosen = new int[machines.size];
        for (int machine = 0; machine < machines.size; machine++) {
            int at = -1;
            double least = Double.MAX_VALUE;
            for (int host = 0; host < racks.size() && (byPower || at < 0); host++) {
                int mips = machines.mips[machine];
                if (racks.core(host) >= mips && taken[host] + mips <= racks.total(host) && memory[host] + machines.memoryMiB[machine] <= MEMORY_MIB && count[host] < MOST) {
                    double watts = byPower ? Racks.power(host).watts((taken[host] + mips) / racks.total(host)) - Racks.power(host).watts(0) : 0;
                    if (watts < least) {
                        least = watts;
                        at = host;
                    }
                }
            }
            if (at < 0) {
                throw new IllegalArgumentException(racks.size() + " hosts have no room for machine " + (machine + 1) + " of " + machines.size);
            }
            taken[at] += machines.mips[machine];
            memory[at] += machines.memoryMiB[machine];
            count[at]++;
            chosen[machine] = at;
        }
        return new FirstPlacement(chosen);
    }

    void carryOut(Putting putting) {
        for (int machine = 0; machine < hosts.length; machine++) {
            putting.put(machine, hosts[machine]);
        }
    }
}
