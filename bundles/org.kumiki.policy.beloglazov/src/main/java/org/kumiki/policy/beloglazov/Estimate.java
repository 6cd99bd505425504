package org.kumiki.policy.beloglazov;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.DatacenterView;

/**
 * Hosts in the course of a plan, as far as their CPUs go: who is there, what they want, and what they would get. Amounts are CPUs. Not thread-safe.
 */
final class Estimate {

    private static final int FEW = 4;
    /** More than rounding makes of watts. */
    private static final double A_HAIR = 1e-6;

    private final Course course;
    private final Demand demand;
    private final HostKind[] kind;
    /** What each drew before the plan. */
    private final double[] wattsNow;
    private final double[] loadNow;
    private final int[][] guests;
    private final int[] count;
    private final double[] asked;
    private final double[] wanted;
    private final double[] given;
    /** How much each draws more than before the plan, less a hair. */
    private final double[] moreAlready;
    /** How much more each draws at least for every CPU more. */
    private final double[] moreForCpu;
    /** Those that have or had load. */
    private final BitSet busy = new BitSet();
    /** The others, by their kind: whoever comes to one of them costs the same on all. */
    private final List<BitSet> idle = new ArrayList<>();

    Estimate(DatacenterView view, History history, Course course, Demand demand) {
        this.course = course;
        this.demand = demand;
        int size = course.size();
        kind = new HostKind[size];
        wattsNow = new double[size];
        loadNow = new double[size];
        guests = new int[size][];
        count = new int[size];
        asked = new double[size];
        wanted = new double[size];
        given = new double[size];
        moreAlready = new double[size];
        moreForCpu = new double[size];
        Map<HostKind.Labels, HostKind> kinds = new HashMap<>();
        Map<HostKind, BitSet> idleOfKind = new HashMap<>();
        for (int host = 0; host < size; host++) {
            kind[host] = host > 0 && course.labels(host) == course.labels(host - 1) && course.processors(host) == course.processors(host - 1) ? kind[host - 1]
                    : kinds.computeIfAbsent(HostKind.Labels.of(course, host), HostKind::of);
            double[] load = history.cpu(course.id(host), 1);
            loadNow[host] = load.length == 0 || Double.isNaN(load[load.length - 1]) ? course.load(host) : load[load.length - 1];
            wattsNow[host] = kind[host].power().at(loadNow[host]);
            longestThereFirst(view, host);
            add(host);
            if (given[host] > 0 || loadNow[host] > 0) {
                busy.set(host);
            } else {
                idleOfKind.computeIfAbsent(kind[host], any -> new BitSet()).set(host);
            }
        }
        idle.addAll(idleOfKind.values());
    }

    /** Those that run; the others take nothing yet, and cannot move. */
    private void longestThereFirst(DatacenterView view, int host) {
        List<Integer> there = new ArrayList<>(Math.max(FEW, course.guests(host)));
        for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
            there.add(guest);
        }
        there.sort(Comparator.<Integer>comparingLong(guest -> view.instances().instance(guest).decision()).thenComparing(Comparator.naturalOrder()));
        count[host] = there.size();
        guests[host] = new int[Math.max(FEW, there.size())];
        for (int index = 0; index < there.size(); index++) {
            guests[host][index] = there.get(index);
        }
    }

    int size() {
        return guests.length;
    }

    int guests(int host) {
        return count[host];
    }

    /** @param index 0 for the one that has been there longest */
    int guest(int host, int index) {
        return guests[host][index];
    }

    /** Before the plan, from 0 to 1. */
    double loadNow(int host) {
        return loadNow[host];
    }

    /** Those that have load or had it before the plan, or have had it in between. */
    BitSet busy() {
        return busy;
    }

    /** The others, in groups of which each is of one kind: an instance costs the same on every host of a group. */
    List<BitSet> idle() {
        return idle;
    }

    void leaves(int host, int guest) {
        int index = 0;
        while (guests[host][index] != guest) {
            index++;
        }
        System.arraycopy(guests[host], index + 1, guests[host], index, --count[host] - index);
        add(host);
    }

    void comes(int host, int guest) {
        if (count[host] == guests[host].length) {
            guests[host] = Arrays.copyOf(guests[host], 2 * count[host]);
        }
        guests[host][count[host]++] = guest;
        add(host);
        if (!busy.get(host)) {
            busy.set(host);
            idle.forEach(group -> group.clear(host));
        }
    }

    private void add(int host) {
        double all = 0;
        double capped = 0;
        double core = kind[host].core();
        for (int index = 0; index < count[host]; index++) {
            double wants = demand.cpus()[guests[host][index]];
            all += wants;
            capped += Math.min(wants, core);
        }
        wanted[host] = all;
        asked[host] = capped;
        given[host] = Math.min(capped, kind[host].processors());
        double load = given[host] / kind[host].processors();
        moreAlready[host] = kind[host].power().at(load) - wattsNow[host] - A_HAIR;
        moreForCpu[host] = kind[host].power().growsAtLeast(load) / kind[host].processors();
    }

    /** Whether a host has what a guest wants now, at once and beside all others. */
    boolean hasRoom(int host, int guest) {
        double wants = demand.cpus()[guest];
        return kind[host].core() >= wants && kind[host].processors() - asked[host] >= wants;
    }

    boolean isIdle(int host) {
        return given[host] == 0;
    }

    /** Less than {@link #moreWatts}, and quicker found. */
    double moreWattsAtLeast(int host, int guest) {
        return moreAlready[host] + moreForCpu[host] * demand.cpus()[guest];
    }

    /** How much more a host would draw with one more guest than it draws now. */
    double moreWatts(int host, int guest) {
        return kind[host].power().at((given[host] + demand.cpus()[guest]) / kind[host].processors()) - wattsNow[host];
    }

    /** @param more a guest that is not there, or -1 */
    boolean isOverloaded(int host, int more, Overload overload, double slowestMiB) {
        double wants = wanted[host] + (more >= 0 ? demand.cpus()[more] : 0);
        return overload.isTooMuch(wants / kind[host].processors(), () -> history(host, more), () -> slowestMove(host, more) / slowestMiB);
    }

    private double slowestMove(int host, int more) {
        double most = more >= 0 ? demand.memory()[more] : 0;
        for (int index = 0; index < count[host]; index++) {
            most = Math.max(most, demand.memory()[guests[host][index]]);
        }
        return most;
    }

    private double[] history(int host, int more) {
        double[] sum = new double[Demand.HISTORY];
        for (int index = 0; index < count[host]; index++) {
            add(sum, guests[host][index], host);
        }
        if (more >= 0) {
            add(sum, more, host);
        }
        return sum;
    }

    private void add(double[] sum, int guest, int host) {
        double[] used = demand.history(guest);
        double part = (double) course.instances().cpus(guest) / course.processors(host);
        for (int sample = 0; sample < used.length; sample++) {
            sum[sample] += used[sample] * part;
        }
    }
}
