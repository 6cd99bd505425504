package org.kumiki.twin.cloudsim;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/**
 * Where machines are put while nobody knows how busy they will be: by all that they may want, and by their memory. Machines that are alike come in a
 * row, so what a host would cost is only counted again when it has got one; and of hosts of a kind that are empty only the first is looked at.
 */
final class FirstPlacement {

    /** CloudSim's network: ten machines of 100 Mbit/s at a host of two cores with 1 Gbit/s. */
    private static final int MOST_A_CORE = 5;

    private final Machines machines;
    private final Hosts hosts;
    private final boolean byPower;
    private final double[] taken;
    private final int[] memoryMiB;
    /** By host: the next one of its kind; as many as there are hosts for none. */
    private final int[] nextOfKind;
    /** Of the hosts with room for a machine like the last, what it would cost there. */
    private final Queue<Offer> offers = new PriorityQueue<>();

    private record Offer(double cost, int host) implements Comparable<Offer> {

        @Override
        public int compareTo(Offer other) {
            int byCost = Double.compare(cost, other.cost);
            return byCost != 0 ? byCost : Integer.compare(host, other.host);
        }
    }

    /** @param byPower whether a machine goes where the power grows least, and not to the first host that has room */
    FirstPlacement(Machines machines, Hosts hosts, boolean byPower) {
        this.machines = machines;
        this.hosts = hosts;
        this.byPower = byPower;
        taken = new double[hosts.size];
        memoryMiB = new int[hosts.size];
        nextOfKind = new int[hosts.size];
        Map<HostKind, Integer> next = new IdentityHashMap<>();
        for (int host = hosts.size - 1; host >= 0; host--) {
            Integer found = next.put(hosts.kind(host), host);
            nextOfKind[host] = found == null ? hosts.size : found;
        }
    }

    /** @throws IllegalArgumentException if there is no room for all */
    void run() {
        for (int machine = 0; machine < machines.size; machine++) {
            if (machine == 0 || machines.mips[machine] != machines.mips[machine - 1] || machines.memoryMiB[machine] != machines.memoryMiB[machine - 1]) {
                askAll(machine);
            }
            Offer best = offers.poll();
            if (best == null) {
                throw new IllegalArgumentException(hosts.size + " hosts have no room for machine " + (machine + 1) + " of " + machines.size);
            }
            put(machine, best.host());
        }
    }

    private void askAll(int machine) {
        offers.clear();
        Set<HostKind> withEmpty = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int host = 0; host < hosts.size; host++) {
            if (hosts.count(host) > 0 || withEmpty.add(hosts.kind(host))) {
                ask(host, machine);
            }
        }
    }

    private void put(int machine, int host) {
        boolean wasEmpty = hosts.count(host) == 0;
        taken[host] += machines.mips[machine];
        memoryMiB[host] += machines.memoryMiB[machine];
        hosts.add(host, machine, false);
        machines.host[machine] = host;
        ask(host, machine);
        if (wasEmpty && nextOfKind[host] < hosts.size) {
            ask(nextOfKind[host], machine);
        }
    }

    private void ask(int host, int machine) {
        int mips = machines.mips[machine];
        HostKind kind = hosts.kind(host);
        if (hosts.core[host] >= mips && taken[host] + mips <= hosts.total[host] && memoryMiB[host] + machines.memoryMiB[machine] <= kind.memoryMiB()
                && hosts.count(host) < MOST_A_CORE * kind.cores()) {
            double cost = byPower ? kind.power().watts((taken[host] + mips) / hosts.total[host]) - kind.power().watts(0) : 0;
            offers.add(new Offer(cost, host));
        }
    }
}
