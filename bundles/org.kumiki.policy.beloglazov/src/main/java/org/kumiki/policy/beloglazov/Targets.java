package org.kumiki.policy.beloglazov;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Where guests may go among the hosts with load. Hosts of one kind whose load is much the same lie side by side, as one guest costs much the same on
 * all of them: where it costs more than a host that is found already, none of them is looked at. Amounts are CPUs and watts. Not thread-safe.
 */
final class Targets {

    private static final int FEW = 8;
    /** More than rounding makes of watts. */
    private static final double A_HAIR = 1e-6;
    /** Into how many slices the load is divided, so that few hosts of one are near the end of a tenth, where the price changes. */
    private static final int SLICES = 50;
    private static final double PER_TENTH = (double) SLICES / Power.TENTHS;

    /** Hosts of a kind whose load is in the same slice, in columns, those that draw the least more already first, of equal ones the first. */
    private static final class Group {

        private final HostKind kind;
        private final int slice;
        /** The tenth beyond which their load does not grow. */
        private final int last;
        private int[] hosts = new int[FEW];
        private double[] room = new double[FEW];
        private double[] already = new double[FEW];
        private double[] given = new double[FEW];
        private double[] wattsNow = new double[FEW];
        private int count;
        /** No host has had more since there is a plan. */
        private double mostRoom;

        Group(HostKind kind, int slice, int last) {
            this.kind = kind;
            this.slice = slice;
            this.last = last;
        }

        void add(int host, double hostRoom, double hostAlready, double hostGiven, double hostWattsNow) {
            if (count == hosts.length) {
                hosts = Arrays.copyOf(hosts, 2 * count);
                room = Arrays.copyOf(room, 2 * count);
                already = Arrays.copyOf(already, 2 * count);
                given = Arrays.copyOf(given, 2 * count);
                wattsNow = Arrays.copyOf(wattsNow, 2 * count);
            }
            int place = place(host, hostAlready);
            shift(place, place + 1);
            hosts[place] = host;
            room[place] = hostRoom;
            already[place] = hostAlready;
            given[place] = hostGiven;
            wattsNow[place] = hostWattsNow;
            mostRoom = Math.max(mostRoom, hostRoom);
            count++;
        }

        void remove(int host, double hostAlready) {
            int place = place(host, hostAlready);
            shift(place + 1, place);
            count--;
        }

        /** Where a host is, or belongs. */
        private int place(int host, double hostAlready) {
            int from = 0;
            int to = count;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (already[middle] < hostAlready || already[middle] == hostAlready && hosts[middle] < host) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }

        private void shift(int from, int to) {
            System.arraycopy(hosts, from, hosts, to, count - from);
            System.arraycopy(room, from, room, to, count - from);
            System.arraycopy(already, from, already, to, count - from);
            System.arraycopy(given, from, given, to, count - from);
            System.arraycopy(wattsNow, from, wattsNow, to, count - from);
        }

        /** What a guest costs at least, wherever in the slice it begins, without what the host draws more already. */
        double leastFor(double cpus) {
            double more = cpus / kind.processors();
            int to = (int) Math.min(last, (slice + 1) / PER_TENTH + more * Power.TENTHS);
            return kind.power().growsAtLeast(tenth(slice), to) * more;
        }

        /** How much more a host draws with the guest than before the plan. */
        double more(int place, double cpus) {
            return kind.power().at((given[place] + cpus) / kind.processors()) - wattsNow[place];
        }

        double wattsPerCpu() {
            return kind.power().growsAtLeast(tenth(slice), tenth(slice)) / kind.processors();
        }
    }

    private final Map<HostKind, Group[]> groupsOfKind = new IdentityHashMap<>();
    private final List<Group> cheapestFirst = new ArrayList<>();
    /** The highest tenth to which the load of a host that has some may grow. */
    private final int highest;
    private final Group[] group;
    private final double[] already;

    /** @param most the load above which no guest may come to a host that has some */
    Targets(int hosts, double most) {
        highest = (int) Math.ceil(Math.min(1, most) * Power.TENTHS) - 1;
        group = new Group[hosts];
        already = new double[hosts];
    }

    /**
     * Puts a host where its load belongs, wherever it was before.
     *
     * @param given    what its guests get
     * @param room     how many CPUs one more guest may want at most, or a hair more
     * @param wattsNow what it drew before the plan
     */
    void put(int host, HostKind kind, double given, double room, double wattsNow) {
        remove(host);
        double load = given / kind.processors();
        group[host] = group(kind, (int) Math.min(SLICES - 1, load * SLICES));
        already[host] = kind.power().at(load) - wattsNow - A_HAIR;
        group[host].add(host, room, already[host], given, wattsNow);
    }

    void remove(int host) {
        if (group[host] != null) {
            group[host].remove(host, already[host]);
            group[host] = null;
        }
    }

    private Group group(HostKind kind, int slice) {
        Group[] slices = groupsOfKind.computeIfAbsent(kind, any -> new Group[SLICES]);
        if (slices[slice] == null) {
            slices[slice] = new Group(kind, slice, slice == 0 ? Power.TENTHS - 1 : Math.max(tenth(slice), highest));
            cheapestFirst.add(slices[slice]);
            cheapestFirst.sort(Comparator.comparingDouble(Group::wattsPerCpu));
        }
        return slices[slice];
    }

    private static int tenth(int slice) {
        return slice * Power.TENTHS / SLICES;
    }

    /**
     * The host where a guest costs least, and of equal ones the first; -1 for none.
     *
     * @param cpus  that the guest wants
     * @param takes whether a host takes the guest, asked of those that are the best so far
     */
    int cheapest(double cpus, IntPredicate takes) {
        int best = -1;
        double least = Double.MAX_VALUE;
        for (Group each : cheapestFirst) {
            double leastFor = each.mostRoom >= cpus ? each.leastFor(cpus) : Double.POSITIVE_INFINITY;
            for (int place = 0; place < each.count && each.already[place] + leastFor < least; place++) {
                if (each.room[place] >= cpus) {
                    int host = each.hosts[place];
                    double more = each.more(place, cpus);
                    if ((more < least || more == least && host < best) && takes.test(host)) {
                        least = more;
                        best = host;
                    }
                }
            }
        }
        return best;
    }
}
