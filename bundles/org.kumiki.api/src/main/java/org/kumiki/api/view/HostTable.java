package org.kumiki.api.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;

/**
 * Every host, in columns. A host has the same row in every table of one datacenter, and keeps it when it is removed.
 * <p>
 * Immutable. {@link #edit()} makes the next table; the columns that do not change are shared.
 */
public final class HostTable {

    public static final HostTable EMPTY = new HostTable(new Fixed(List.of(), List.of()), new HostState[0], new int[0], new long[0],
            new long[0], new int[0], new int[0], Map.of());

    /** What a host is, which seldom changes. */
    private record Fixed(List<Host> hosts, List<Technology> technologies, Map<HostId, Integer> rows) {
        Fixed(List<Host> hosts, List<Technology> technologies) {
            this(List.copyOf(hosts), List.copyOf(technologies), rows(hosts));
        }

        private static Map<HostId, Integer> rows(List<Host> hosts) {
            Map<HostId, Integer> rows = new HashMap<>();
            for (int row = 0; row < hosts.size(); row++) {
                rows.put(hosts.get(row).id(), row);
            }
            return rows;
        }
    }

    private final Fixed fixed;
    private final HostState[] states;
    private final int[] freeCpus;
    private final long[] freeMemoryMiB;
    private final long[] freeDiskMiB;
    private final int[] freeNetworkMbps;
    private final int[] guests;
    private final Map<String, BitSet> groups;

    private HostTable(Fixed fixed, HostState[] states, int[] freeCpus, long[] freeMemoryMiB, long[] freeDiskMiB, int[] freeNetworkMbps,
            int[] guests, Map<String, BitSet> groups) {
        this.fixed = fixed;
        this.states = states;
        this.freeCpus = freeCpus;
        this.freeMemoryMiB = freeMemoryMiB;
        this.freeDiskMiB = freeDiskMiB;
        this.freeNetworkMbps = freeNetworkMbps;
        this.guests = guests;
        this.groups = groups;
    }

    /** How many rows there are, those of removed hosts included. */
    public int size() {
        return states.length;
    }

    /** The row of a host, or -1. */
    public int row(HostId host) {
        return fixed.rows.getOrDefault(host, -1);
    }

    public HostId id(int row) {
        return fixed.hosts.get(row).id();
    }

    public Host host(int row) {
        return fixed.hosts.get(row).with(states[row]);
    }

    public Resources capacity(int row) {
        return fixed.hosts.get(row).capacity();
    }

    public Map<String, String> labels(int row) {
        return fixed.hosts.get(row).labels();
    }

    public Technology technology(int row) {
        return fixed.technologies.get(row);
    }

    public HostState state(int row) {
        return states[row];
    }

    public int freeCpus(int row) {
        return freeCpus[row];
    }

    public long freeMemoryMiB(int row) {
        return freeMemoryMiB[row];
    }

    public long freeDiskMiB(int row) {
        return freeDiskMiB[row];
    }

    public int freeNetworkMbps(int row) {
        return freeNetworkMbps[row];
    }

    /** How many guests take resources there. */
    public int guests(int row) {
        return guests[row];
    }

    public Resources free(int row) {
        return new Resources(Math.max(0, freeCpus[row]), Math.max(0, freeMemoryMiB[row]), Math.max(0, freeDiskMiB[row]),
                Math.max(0, freeNetworkMbps[row]));
    }

    /** Whether so much is free there, whatever the host's state. */
    public boolean hasRoom(int row, Resources wanted) {
        return wanted.cpus() <= freeCpus[row] && wanted.memoryMiB() <= freeMemoryMiB[row] && wanted.diskMiB() <= freeDiskMiB[row]
                && wanted.networkMbps() <= freeNetworkMbps[row];
    }

    /** How many guests that take so much each would fit there, whatever the host's state; at most {@code limit}. */
    public int fits(int row, Resources each, int limit) {
        long guests = limit;
        guests = each.cpus() == 0 ? guests : Math.min(guests, freeCpus[row] / each.cpus());
        guests = each.memoryMiB() == 0 ? guests : Math.min(guests, freeMemoryMiB[row] / each.memoryMiB());
        guests = each.diskMiB() == 0 ? guests : Math.min(guests, freeDiskMiB[row] / each.diskMiB());
        guests = each.networkMbps() == 0 ? guests : Math.min(guests, freeNetworkMbps[row] / each.networkMbps());
        return hasRoom(row, each) ? (int) guests : 0;
    }

    /** Whether an instance of this spread or cluster group is there. */
    public boolean runs(int row, String group) {
        BitSet rows = groups.get(group);
        return rows != null && rows.get(row);
    }

    /** Whether an instance of this spread or cluster group is anywhere. */
    public boolean runsAnywhere(String group) {
        return groups.containsKey(group);
    }

    /** Begins the next table. */
    public Editor edit() {
        return new Editor(this);
    }

    /** Makes a table from another one. Not thread-safe. */
    public static final class Editor {

        private List<Host> hosts;
        private List<Technology> technologies;
        private final HostTable base;
        private boolean fixedChanged;
        private HostState[] states;
        private int[] freeCpus;
        private long[] freeMemoryMiB;
        private long[] freeDiskMiB;
        private int[] freeNetworkMbps;
        private int[] guests;
        private Map<String, BitSet> groups;
        private boolean groupsCopied;

        private Editor(HostTable base) {
            this.base = base;
            hosts = base.fixed.hosts;
            technologies = base.fixed.technologies;
            states = base.states.clone();
            freeCpus = base.freeCpus.clone();
            freeMemoryMiB = base.freeMemoryMiB.clone();
            freeDiskMiB = base.freeDiskMiB.clone();
            freeNetworkMbps = base.freeNetworkMbps.clone();
            guests = base.guests.clone();
            groups = base.groups;
        }

        /** Appends a host that has nothing on it, and answers its row. */
        public int add(Host host, Technology technology) {
            changeFixed();
            int row = hosts.size();
            hosts.add(host);
            technologies.add(technology);
            states = Arrays.copyOf(states, row + 1);
            freeCpus = Arrays.copyOf(freeCpus, row + 1);
            freeMemoryMiB = Arrays.copyOf(freeMemoryMiB, row + 1);
            freeDiskMiB = Arrays.copyOf(freeDiskMiB, row + 1);
            freeNetworkMbps = Arrays.copyOf(freeNetworkMbps, row + 1);
            guests = Arrays.copyOf(guests, row + 1);
            states[row] = host.state();
            freeCpus[row] = host.capacity().cpus();
            freeMemoryMiB[row] = host.capacity().memoryMiB();
            freeDiskMiB[row] = host.capacity().diskMiB();
            freeNetworkMbps[row] = host.capacity().networkMbps();
            return row;
        }

        /** Replaces what is known of a host; what its guests take stays taken, so less than nothing may be free. */
        public Editor replace(int row, Host host, Technology technology) {
            Resources before = hosts.get(row).capacity();
            if (!hosts.get(row).equals(host) || !technologies.get(row).equals(technology)) {
                changeFixed();
                hosts.set(row, host);
                technologies.set(row, technology);
            }
            states[row] = host.state();
            freeCpus[row] += host.capacity().cpus() - before.cpus();
            freeMemoryMiB[row] += host.capacity().memoryMiB() - before.memoryMiB();
            freeDiskMiB[row] += host.capacity().diskMiB() - before.diskMiB();
            freeNetworkMbps[row] += host.capacity().networkMbps() - before.networkMbps();
            return this;
        }

        public Editor state(int row, HostState state) {
            states[row] = state;
            return this;
        }

        /** Puts a guest on a host. */
        public Editor take(int row, Resources amount) {
            change(row, amount, -1);
            guests[row]++;
            return this;
        }

        /** Takes a guest off a host. */
        public Editor release(int row, Resources amount) {
            change(row, amount, 1);
            guests[row]--;
            return this;
        }

        /** Says whether an instance of a spread or cluster group is on a host. */
        public Editor group(String group, int row, boolean present) {
            if (!groupsCopied) {
                groups = new HashMap<>(groups);
                groupsCopied = true;
            }
            BitSet rows = groups.containsKey(group) ? (BitSet) groups.get(group).clone() : new BitSet();
            rows.set(row, present);
            if (rows.isEmpty()) {
                groups.remove(group);
            } else {
                groups.put(group, rows);
            }
            return this;
        }

        public boolean hasRoom(int row, Resources wanted) {
            return wanted.cpus() <= freeCpus[row] && wanted.memoryMiB() <= freeMemoryMiB[row] && wanted.diskMiB() <= freeDiskMiB[row]
                    && wanted.networkMbps() <= freeNetworkMbps[row];
        }

        /** Ends the edit; the editor must not be used again. */
        public HostTable build() {
            Fixed fixed = fixedChanged ? new Fixed(hosts, technologies) : base.fixed;
            return new HostTable(fixed, states, freeCpus, freeMemoryMiB, freeDiskMiB, freeNetworkMbps, guests, groups);
        }

        private void change(int row, Resources amount, int sign) {
            freeCpus[row] += sign * amount.cpus();
            freeMemoryMiB[row] += sign * amount.memoryMiB();
            freeDiskMiB[row] += sign * amount.diskMiB();
            freeNetworkMbps[row] += sign * amount.networkMbps();
        }

        private void changeFixed() {
            if (!fixedChanged) {
                hosts = new ArrayList<>(hosts);
                technologies = new ArrayList<>(technologies);
                fixedChanged = true;
            }
        }
    }
}
