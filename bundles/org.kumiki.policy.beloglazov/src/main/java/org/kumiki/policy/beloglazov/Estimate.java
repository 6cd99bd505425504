package org.kumiki.policy.beloglazov;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.DatacenterView;

/**
 * Hosts in the course of a plan, as far as their CPUs go: who is there, what they want, and what they would get. Amounts are CPUs. Not thread-safe.
 */
final class Estimate {

    /** The label by which a host says how fast one of its processors is, which no guest of one CPU exceeds; in CPUs. */
    static final String CORE_LABEL = "core";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    private final Course course;
    private final Demand demand;
    private final double[] core;
    private final Power[] power;
    /** What each drew before the plan. */
    private final double[] wattsNow;
    private final double[] loadNow;
    private final List<List<Integer>> guests = new ArrayList<>();
    private final double[] asked;
    private final double[] wanted;
    private final double[] given;

    Estimate(DatacenterView view, History history, Course course, Demand demand) {
        this.course = course;
        this.demand = demand;
        int size = course.size();
        core = new double[size];
        power = new Power[size];
        wattsNow = new double[size];
        loadNow = new double[size];
        asked = new double[size];
        wanted = new double[size];
        given = new double[size];
        for (int host = 0; host < size; host++) {
            core[host] = core(course.labels(host).get(CORE_LABEL));
            power[host] = host > 0 && sameHardware(host, host - 1) ? power[host - 1] : host > 1 && sameHardware(host, host - 2) ? power[host - 2]
                    : Power.of(course.labels(host).get(Power.LABEL));
            double[] load = history.cpu(course.id(host), 1);
            loadNow[host] = load.length == 0 || Double.isNaN(load[load.length - 1]) ? course.load(host) : load[load.length - 1];
            wattsNow[host] = power[host].at(loadNow[host]);
            guests.add(longestThereFirst(view, host));
            count(host);
        }
    }

    private boolean sameHardware(int host, int other) {
        String label = course.labels(host).get(Power.LABEL);
        return label != null && label.equals(course.labels(other).get(Power.LABEL));
    }

    private static double core(String label) {
        return label == null || !NUMBER.matcher(label).matches() ? Double.POSITIVE_INFINITY : Double.parseDouble(label);
    }

    /** Those that run; the others take nothing yet, and cannot move. */
    private List<Integer> longestThereFirst(DatacenterView view, int host) {
        List<Integer> there = new ArrayList<>();
        for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
            there.add(guest);
        }
        there.sort(Comparator.<Integer>comparingLong(guest -> view.instances().instance(guest).decision()).thenComparing(guest -> guest));
        return there;
    }

    int size() {
        return guests.size();
    }

    List<Integer> guests(int host) {
        return guests.get(host);
    }

    /** Before the plan, from 0 to 1. */
    double loadNow(int host) {
        return loadNow[host];
    }

    void leaves(int host, int guest) {
        guests.get(host).remove((Integer) guest);
        count(host);
    }

    void comes(int host, int guest) {
        guests.get(host).add(guest);
        count(host);
    }

    private void count(int host) {
        double all = 0;
        double capped = 0;
        for (int guest : guests.get(host)) {
            all += demand.cpus()[guest];
            capped += Math.min(demand.cpus()[guest], core[host]);
        }
        wanted[host] = all;
        asked[host] = capped;
        given[host] = Math.min(capped, course.processors(host));
    }

    /** Whether a host has what a guest wants now, at once and beside all others. */
    boolean hasRoom(int host, int guest) {
        return core[host] >= demand.cpus()[guest] && course.processors(host) - asked[host] >= demand.cpus()[guest];
    }

    boolean isIdle(int host) {
        return given[host] == 0;
    }

    /** How much more a host would draw with one more guest than it draws now. */
    double moreWatts(int host, int guest) {
        return power[host].at((given[host] + demand.cpus()[guest]) / course.processors(host)) - wattsNow[host];
    }

    /** @param more a guest that is not there, or -1 */
    boolean isOverloaded(int host, int more, Overload overload, double slowestMiB) {
        double wants = wanted[host] + (more >= 0 ? demand.cpus()[more] : 0);
        return overload.isTooMuch(wants / course.processors(host), () -> history(host, more), slowestMove(host, more) / slowestMiB);
    }

    private double slowestMove(int host, int more) {
        double most = more >= 0 ? demand.memory()[more] : 0;
        for (int guest : guests.get(host)) {
            most = Math.max(most, demand.memory()[guest]);
        }
        return most;
    }

    private double[] history(int host, int more) {
        double[] sum = new double[Demand.HISTORY];
        guests.get(host).forEach(guest -> add(sum, guest, host));
        if (more >= 0) {
            add(sum, more, host);
        }
        return sum;
    }

    private void add(double[] sum, int guest, int host) {
        double[] used = demand.history()[guest];
        double part = (double) course.instances().cpus(guest) / course.processors(host);
        for (int sample = 0; sample < used.length; sample++) {
            sum[sample] += used[sample] * part;
        }
    }
}
