package org.kumiki.twin.cloudsim;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import org.kumiki.twin.power.PowerTable;

/**
 * The hosts of a study in columns, each with its machines in the order in which they came. Amounts are in MIPS, times in seconds.
 */
final class Hosts implements Racks {

    private static final int FEW = 8;
    /** What a machine that leaves gets of what it is given, and what one that comes takes of what it wants. */
    private static final double LEAVES = 0.9;
    private static final double COMES = 0.1;

    final int size;
    final double[] core;
    final double[] total;
    final double[] used;
    private final List<HostKind> kinds;
    private final Machines machines;
    private final double[] usedBefore;
    private final int[][] guests;
    private final boolean[][] comes;
    private final int[] count;
    private final Account account;
    private double energyJ;

    Hosts(List<HostKind> kinds, Machines machines, Account account) {
        this.kinds = List.copyOf(kinds);
        size = kinds.size();
        this.machines = machines;
        this.account = account;
        core = new double[size];
        total = new double[size];
        used = new double[size];
        usedBefore = new double[size];
        guests = new int[size][FEW];
        comes = new boolean[size][FEW];
        count = new int[size];
        for (int host = 0; host < size; host++) {
            core[host] = kinds.get(host).coreMips();
            total[host] = kinds.get(host).mips();
        }
    }

    PowerTable power(int host) {
        return kinds.get(host).power();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public double load(int host) {
        return load(used[host], host);
    }

    @Override
    public HostKind kind(int host) {
        return kinds.get(host);
    }

    int count(int host) {
        return count[host];
    }

    int guest(int host, int index) {
        return guests[host][index];
    }

    double energyKWh() {
        return energyJ / 3.6e6;
    }

    /** What a host uses of what it has; a hair more than all is all. */
    double load(double mips, int host) {
        double load = mips / total[host];
        return load > 1 && load < 1.01 ? 1 : load;
    }

    /** A machine is on a host from now on, or on its way there. */
    void add(int host, int machine, boolean isComing) {
        if (count[host] == guests[host].length) {
            guests[host] = Arrays.copyOf(guests[host], 2 * count[host]);
            comes[host] = Arrays.copyOf(comes[host], 2 * count[host]);
        }
        guests[host][count[host]] = machine;
        comes[host][count[host]++] = isComing;
    }

    void remove(int host, int machine) {
        int index = 0;
        while (guests[host][index] != machine) {
            index++;
        }
        System.arraycopy(guests[host], index + 1, guests[host], index, count[host] - index - 1);
        System.arraycopy(comes[host], index + 1, comes[host], index, count[host] - index - 1);
        count[host]--;
    }

    /** Counts the energy since a time, and gives every machine what it gets from now on. */
    void pass(double since, double now) {
        for (int host = 0; host < size; host++) {
            if (count[host] == 0 && used[host] == 0 && usedBefore[host] == 0) {
                continue; // as it was
            }
            share(host, now);
            double before = load(usedBefore[host], host);
            if (before > 0 && now > since) {
                double watts = power(host).watts(before);
                energyJ += (watts + (power(host).watts(load(used[host], host)) - watts) / 2) * (now - since);
            }
        }
        for (int host = 0; host < size; host++) {
            forget(host);
        }
    }

    /**
     * The same at the time of the last pass, after something has changed on some hosts. All others come to what they came to, so they are not looked at
     * again; but like them they have had no other load in between.
     */
    void passAgain(BitSet changed, double now) {
        System.arraycopy(used, 0, usedBefore, 0, size);
        for (int host = changed.nextSetBit(0); host >= 0; host = changed.nextSetBit(host + 1)) {
            share(host, now);
            forget(host);
        }
    }

    /** Machines that want nothing are gone. */
    private void forget(int host) {
        for (int index = 0; index < count[host]; index++) {
            int machine = guests[host][index];
            if (!machines.moving[machine] && machines.wanted[machine] == 0) {
                remove(host, machine);
                machines.host[machine] = -1;
                index--;
            }
        }
    }

    /** Gives each machine of a host what it wants, as far as that goes; if it does not, each the same part of it. */
    void share(int host, double now) {
        double factor = factor(host);
        double sum = 0;
        double wanted = 0;
        for (int index = 0; index < count[host]; index++) {
            int machine = guests[host][index];
            double most = Math.min(machines.wanted[machine], core[host]);
            boolean leaves = machines.moving[machine] && !comes[host][index];
            double given = comes[host][index] ? COMES * most : leaves ? LEAVES * most : most;
            if (factor < 1) {
                given = Math.floor(comes[host][index] ? COMES * most * factor : leaves ? most * factor * LEAVES : most * factor);
            }
            if (!comes[host][index]) {
                account.machine(machine, now, given, machines.wanted[machine], leaves);
            }
            sum += leaves ? given / LEAVES : given;
            wanted += machines.wanted[machine];
        }
        usedBefore[host] = used[host];
        used[host] = sum;
        account.host(host, now, sum, wanted);
    }

    /** What part of its wish each gets: 1 if there is enough. */
    private double factor(int host) {
        double asked = 0;
        double free = total[host];
        boolean enough = true;
        for (int index = 0; index < count[host]; index++) {
            double most = Math.min(machines.wanted[guests[host][index]], core[host]);
            double charged = comes[host][index] ? COMES * most : most;
            asked += charged;
            enough &= free >= charged;
            free -= charged;
        }
        return enough ? 1 : total[host] / asked;
    }
}
