package org.kumiki.policy.beloglazov;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
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
    /** More than rounding makes of a part of the load. */
    private static final double A_HAIR = 1e-6;

    private final Course course;
    private final Demand demand;
    private final double most;
    private final HostKind[] kind;
    /** What each drew before the plan. */
    private final double[] wattsNow;
    private final double[] loadNow;
    private final int[][] guests;
    private final int[] count;
    private final double[] asked;
    private final double[] wanted;
    private final double[] given;
    /** Those to which no guest may come any more. */
    private final BitSet closed = new BitSet();
    /** Those that have or had load. */
    private final BitSet busy = new BitSet();
    private final Targets targets;
    /** The others, by their kind: whoever comes to one of them costs the same on all. */
    private final List<BitSet> idle = new ArrayList<>();

    /** @param most the load above which no guest may come to a host that has some */
    Estimate(DatacenterView view, History history, Course course, Demand demand, double most) {
        this.course = course;
        this.demand = demand;
        this.most = most;
        int size = course.size();
        kind = new HostKind[size];
        wattsNow = new double[size];
        loadNow = new double[size];
        guests = new int[size][];
        count = new int[size];
        asked = new double[size];
        wanted = new double[size];
        given = new double[size];
        targets = new Targets(size, most);
        Kinds kinds = new Kinds(course);
        Map<HostKind, BitSet> idleOfKind = new IdentityHashMap<>();
        long[] decisions = new long[view.instances().size()];
        Arrays.setAll(decisions, guest -> view.instances().instance(guest).decision());
        for (int host = 0; host < size; host++) {
            kind[host] = kinds.of(host);
            double[] load = history.cpu(course.id(host), 1);
            loadNow[host] = load.length == 0 || Double.isNaN(load[load.length - 1]) ? course.load(host) : load[load.length - 1];
            wattsNow[host] = kind[host].power().at(loadNow[host]);
            longestThereFirst(decisions, host);
            add(host);
            if (given[host] > 0 || loadNow[host] > 0) {
                busy.set(host);
                offer(host);
            } else {
                idleOfKind.computeIfAbsent(kind[host], any -> new BitSet()).set(host);
            }
        }
        idle.addAll(idleOfKind.values());
    }

    /** By their decisions; of equal ones the first. */
    private void longestThereFirst(long[] decisions, int host) {
        int[] there = new int[Math.max(FEW, course.guests(host))];
        int size = 0;
        for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
            there = size == there.length ? Arrays.copyOf(there, 2 * size) : there;
            int place = size++;
            for (; place > 0 && isBefore(decisions, guest, there[place - 1]); place--) {
                there[place] = there[place - 1];
            }
            there[place] = guest;
        }
        count[host] = size;
        guests[host] = there;
    }

    private static boolean isBefore(long[] decisions, int guest, int other) {
        return decisions[guest] < decisions[other] || decisions[guest] == decisions[other] && guest < other;
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

    /** Those to which a guest may come that have load or had it before the plan, or have had it in between. */
    Targets targets() {
        return targets;
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
        offer(host);
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
        offer(host);
    }

    /** No guest may come to a host any more. */
    void close(int host) {
        closed.set(host);
        targets.remove(host);
        idle.forEach(group -> group.clear(host));
    }

    /** A guest may come to a host as it is now. */
    private void offer(int host) {
        if (busy.get(host) && !closed.get(host) && kind[host].processors() > 0) {
            double room = Math.min(kind[host].core(), kind[host].processors() - asked[host]);
            double below = most * kind[host].processors() - wanted[host] + A_HAIR * kind[host].processors();
            targets.put(host, kind[host], given[host], isIdle(host) ? room : Math.min(room, below), wattsNow[host]);
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
    }

    /** Whether a host has what a guest wants now, at once and beside all others. */
    boolean hasRoom(int host, int guest) {
        double wants = demand.cpus()[guest];
        return kind[host].core() >= wants && kind[host].processors() - asked[host] >= wants;
    }

    boolean isIdle(int host) {
        return given[host] == 0;
    }

    /** How much more a host would draw with one more guest than it draws now. */
    double moreWatts(int host, int guest) {
        return kind[host].power().at((given[host] + demand.cpus()[guest]) / kind[host].processors()) - wattsNow[host];
    }

    /** @param more a guest that is not there, or -1 */
    boolean isOverloaded(int host, int more, Overload overload, double slowestMiB) {
        double wants = wanted[host] + (more >= 0 ? demand.cpus()[more] : 0);
        return overload.isTooMuch(wants / kind[host].processors(), new Past(host, more, slowestMiB));
    }

    /** Of a host with one more guest, or -1. No lambdas, as they are made for each host, which Java is slow at until it has compiled it well. */
    private final class Past implements Overload.Past {

        private final int host;
        private final int more;
        private final double slowestMiB;

        Past(int host, int more, double slowestMiB) {
            this.host = host;
            this.more = more;
            this.slowestMiB = slowestMiB;
        }

        @Override
        public double[] loads() {
            return history(host, more);
        }

        @Override
        public double slowestMove() {
            return Estimate.this.slowestMove(host, more) / slowestMiB;
        }
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
