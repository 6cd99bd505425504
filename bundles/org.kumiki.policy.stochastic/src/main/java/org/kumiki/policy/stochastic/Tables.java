package org.kumiki.policy.stochastic;

import java.util.regex.Pattern;

import org.kumiki.api.policy.Course;

/**
 * Hosts in the course of a plan: what their guests use all together. That of independent guests varies by the root of the sum of their variances, so
 * many small guests need less spare room than few large ones (M. Wang, X. Meng and L. Zhang, Consolidating virtual machines with dynamic bandwidth
 * demand in data centers, INFOCOM 2011). Not thread-safe.
 */
final class Tables {

    /** The label by which a host says how fast one of its processors is, which no guest of one CPU exceeds; in CPUs. */
    static final String CORE_LABEL = "core";
    /** The label by which it says what it draws, at 0, 10, &hellip; 100 % load in watts; or at all, if it is one number. */
    static final String POWER_LABEL = "power";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final double TYPICAL_WATTS = 100;

    private final Course course;
    private final Appetite appetite;
    private final double[] core;
    private final double[] wattsPerCpu;
    private final double[] now;
    private final double[] mean;
    private final double[] variance;

    Tables(Course course, Appetite appetite) {
        this.course = course;
        this.appetite = appetite;
        int size = course.size();
        core = new double[size];
        wattsPerCpu = new double[size];
        now = new double[size];
        mean = new double[size];
        variance = new double[size];
        for (int host = 0; host < size; host++) {
            core[host] = number(course.labels(host).get(CORE_LABEL), Double.POSITIVE_INFINITY);
            wattsPerCpu[host] = number(course.labels(host).get(POWER_LABEL), TYPICAL_WATTS) / Math.max(1, course.processors(host));
            for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
                count(guest, host, 1);
            }
        }
    }

    /** The last number of a label; what nobody says or nobody understands is as usual. */
    private static double number(String label, double otherwise) {
        String last = label == null ? "" : label.substring(label.lastIndexOf(' ') + 1);
        return NUMBER.matcher(last).matches() ? Double.parseDouble(last) : otherwise;
    }

    private void count(int guest, int host, int sign) {
        now[host] += sign * appetite.now()[guest];
        mean[host] += sign * appetite.mean()[guest];
        variance[host] += sign * appetite.variance()[guest];
    }

    void moved(int guest, int from, int to) {
        count(guest, from, -1);
        count(guest, to, 1);
    }

    /** What a host draws at full load for each of its CPUs. */
    double wattsPerCpu(int host) {
        return wattsPerCpu[host];
    }

    double mean(int host) {
        return mean[host];
    }

    /** How much a host has too little, now or on the average; nothing or less if it has enough. */
    double missing(int host) {
        return Math.max(now[host], mean[host]) - course.processors(host);
    }

    /** What is used up to so many standard deviations. */
    double used(int host, double sigmas) {
        return mean[host] + sigmas * Math.sqrt(Math.max(0, variance[host]));
    }

    /** Whether a guest may come to a host that has others, so that so many standard deviations stay free. */
    boolean hasRoom(int host, int guest, double sigmas) {
        return core[host] >= appetite.now()[guest] && now[host] + appetite.now()[guest] <= course.processors(host)
                && mean[host] + appetite.mean()[guest] + sigmas * Math.sqrt(Math.max(0, variance[host]) + appetite.variance()[guest])
                        <= course.processors(host);
    }
}
