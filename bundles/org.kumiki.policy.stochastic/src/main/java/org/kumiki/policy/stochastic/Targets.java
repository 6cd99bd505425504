package org.kumiki.policy.stochastic;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.kumiki.api.policy.Course;

/**
 * Where guests may go in the course of a plan: hosts with guests, those that draw least first, and of these the fullest; and hosts without. Hosts
 * that are too full for a guest are passed over together. Not thread-safe.
 */
final class Targets {

    private static final int FEW = 8;
    /** More than rounding makes of a host's CPUs. */
    private static final double A_HAIR = 1e-9;

    /** What hosts have in common that lie side by side, those that draw least first. */
    private record Kind(double wattsPerCpu, boolean fullByMemory, int processors) implements Comparable<Kind> {

        private static final Comparator<Kind> ORDER = Comparator.comparingDouble(Kind::wattsPerCpu).thenComparing(Kind::fullByMemory)
                .thenComparingInt(Kind::processors);

        @Override
        public int compareTo(Kind other) {
            return ORDER.compare(this, other);
        }
    }

    /** Hosts of a kind in columns, the fullest first, and of equal ones the first. */
    private static final class Group {

        private int[] hosts = new int[FEW];
        private double[] used = new double[FEW];
        private int count;

        void add(int host, double hostUsed) {
            if (count == hosts.length) {
                hosts = Arrays.copyOf(hosts, 2 * count);
                used = Arrays.copyOf(used, 2 * count);
            }
            int place = place(host, hostUsed);
            shift(place, place + 1);
            hosts[place] = host;
            used[place] = hostUsed;
            count++;
        }

        void remove(int host, double hostUsed) {
            int place = place(host, hostUsed);
            shift(place + 1, place);
            count--;
        }

        private void shift(int from, int to) {
            System.arraycopy(hosts, from, hosts, to, count - from);
            System.arraycopy(used, from, used, to, count - from);
        }

        /** Where a host is, or belongs. */
        int place(int host, double hostUsed) {
            int from = 0;
            int to = count;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (used[middle] > hostUsed || used[middle] == hostUsed && hosts[middle] < host) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }
    }

    private final Course course;
    private final Tables tables;
    private final double sigmas;
    private final boolean[] closed;
    private final Map<Kind, Group> groups = new TreeMap<>();
    private final Group[] groupOfKind;
    /** By host, its group while it has guests and is not closed. */
    private final Group[] group;
    private final double[] used;
    /** All hosts, those that draw least first, and of equal ones the first. */
    private final int[] byWatts;
    private final int[] rank;
    /** The ranks of hosts without guests that are not closed. */
    private final BitSet empty = new BitSet();

    /**
     * @param sigmas standard deviations by which hosts are compared
     * @param closed hosts to which no guest may go; who changes it says so by {@link #changed}
     */
    Targets(Course course, Tables tables, double sigmas, boolean[] closed) {
        this.course = course;
        this.tables = tables;
        this.sigmas = sigmas;
        this.closed = closed;
        int size = course.size();
        groupOfKind = new Group[size];
        group = new Group[size];
        used = new double[size];
        rank = new int[size];
        byWatts = IntStream.range(0, size).boxed().sorted(Comparator.comparingDouble(tables::wattsPerCpu)).mapToInt(Integer::intValue).toArray();
        for (int index = 0; index < size; index++) {
            rank[byWatts[index]] = index;
        }
        for (int host = 0; host < size; host++) {
            Kind kind = new Kind(tables.wattsPerCpu(host), tables.isFullByMemory(host), course.processors(host));
            groupOfKind[host] = groups.computeIfAbsent(kind, any -> new Group());
            changed(host);
        }
    }

    /** A host has other guests than before, or is closed or open again. */
    void changed(int host) {
        if (group[host] != null) {
            group[host].remove(host, used[host]);
        }
        group[host] = !closed[host] && course.guests(host) > 0 ? groupOfKind[host] : null;
        used[host] = tables.used(host, sigmas);
        if (group[host] != null) {
            group[host].add(host, used[host]);
        }
        empty.set(rank[host], !closed[host] && course.guests(host) == 0);
    }

    /** The fullest host that has guests and room, of those that draw least; -1 for none. */
    int fullest(int guest) {
        int best = -1;
        for (Map.Entry<Kind, Group> each : groups.entrySet()) {
            if (best >= 0 && each.getKey().wattsPerCpu() > tables.wattsPerCpu(best)) {
                break;
            }
            int host = fullest(guest, each.getKey(), each.getValue());
            if (host >= 0 && (best < 0 || used[host] > used[best] || used[host] == used[best] && host < best)) {
                best = host;
            }
        }
        return best;
    }

    private int fullest(int guest, Kind kind, Group of) {
        double most = kind.fullByMemory() ? Double.POSITIVE_INFINITY : kind.processors() * (1 + A_HAIR) - tables.mean(guest);
        for (int place = of.place(-1, most); place < of.count; place++) {
            int host = of.hosts[place];
            if (tables.hasRoom(host, guest, sigmas) && course.refusal(guest, host) == null) {
                return host;
            }
        }
        return -1;
    }

    /**
     * The host without guests that draws least and may take a guest; -1 for none.
     *
     * @param spare standard deviations that must stay free
     * @param watts for each CPU, less than which it must draw
     */
    int empty(int guest, double spare, double watts) {
        for (int index = empty.nextSetBit(0); index >= 0 && tables.wattsPerCpu(byWatts[index]) < watts; index = empty.nextSetBit(index + 1)) {
            if (tables.hasRoom(byWatts[index], guest, spare) && course.refusal(guest, byWatts[index]) == null) {
                return byWatts[index];
            }
        }
        return -1;
    }
}
