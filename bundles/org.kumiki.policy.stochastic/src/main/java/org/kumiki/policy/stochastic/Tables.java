package org.kumiki.policy.stochastic;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
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
    private static final double[] NONE = {};
    private static final double TYPICAL_WATTS = 100;
    /** Where memory is what there is too little of, CPUs are plenty, so more of them may stay free: this many standard deviations. */
    private static final double PLENTY = 3;

    private final Course course;
    private final Appetite appetite;
    private final double[] core;
    private final double[] wattsPerCpu;
    private final boolean[] fullByMemory;
    private final double[] now;
    private final double[] mean;
    private final double[] variance;

    Tables(Course course, Appetite appetite) {
        this.course = course;
        this.appetite = appetite;
        int size = course.size();
        core = new double[size];
        wattsPerCpu = new double[size];
        fullByMemory = new boolean[size];
        now = new double[size];
        mean = new double[size];
        variance = new double[size];
        double cpusPerMiB = cpusPerMiB();
        Map<String, double[]> read = new HashMap<>();
        for (int host = 0; host < size; host++) {
            double[] watts = numbers(course.labels(host).get(POWER_LABEL), TYPICAL_WATTS, read);
            double processors = Math.max(1, course.processors(host));
            double serves = Math.min(processors, Math.max(1, cpusPerMiB * course.capacity(host).memoryMiB()));
            double[] cores = numbers(course.labels(host).get(CORE_LABEL), Double.POSITIVE_INFINITY, read);
            core[host] = cores[cores.length - 1];
            fullByMemory[host] = serves < processors;
            wattsPerCpu[host] = watts(watts, serves / processors) / serves;
            for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
                count(guest, host, 1);
            }
        }
    }

    /** What guests use for each MiB that they have. */
    private double cpusPerMiB() {
        double cpus = 0;
        long memory = 0;
        for (int guest = 0; guest < course.instances().size(); guest++) {
            cpus += appetite.mean()[guest];
            memory += course.instances().memoryMiB(guest);
        }
        return memory == 0 ? Double.POSITIVE_INFINITY : cpus / memory;
    }

    /**
     * The numbers of a label; what nobody says or nobody understands is as usual.
     *
     * @param read those of labels that were read before, as many hosts have the same; none for a label that nobody understands
     */
    private static double[] numbers(String label, double otherwise, Map<String, double[]> read) {
        double[] numbers = label == null ? NONE : read.computeIfAbsent(label, Tables::numbers);
        return numbers.length > 0 ? numbers : new double[] { otherwise };
    }

    private static double[] numbers(String label) {
        String[] words = label.split(" ");
        return Arrays.stream(words).allMatch(word -> NUMBER.matcher(word).matches()) ? Arrays.stream(words).mapToDouble(Double::parseDouble).toArray() : NONE;
    }

    /** At a load from 0 to 1, of numbers for loads at equal distances. */
    private static double watts(double[] table, double load) {
        int last = table.length - 1;
        int below = Math.min((int) (load * last), Math.max(0, last - 1));
        return last == 0 ? table[0] : table[below] + (load * last - below) * (table[below + 1] - table[below]);
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

    /** What a guest uses on the average. */
    double mean(int guest) {
        return appetite.mean()[guest];
    }

    /** What a host draws when it is as full as it can be, for each CPU that is used then. */
    double wattsPerCpu(int host) {
        return wattsPerCpu[host];
    }

    /** How little there is to be moved away from a host before it is empty. */
    double least(int host) {
        return fullByMemory[host] ? course.capacity(host).memoryMiB() - course.freeMemoryMiB(host) : mean[host];
    }

    /** How much a host has too little, now or on the average; nothing or less if it has enough. */
    double missing(int host) {
        return Math.max(now[host], mean[host]) - course.processors(host);
    }

    /** Whether it is memory that its guests have too little of when it is full, and not CPUs. */
    boolean isFullByMemory(int host) {
        return fullByMemory[host];
    }

    /** How full it is: in MiB that are used, if it is full by memory; else in CPUs, up to so many standard deviations. */
    double used(int host, double sigmas) {
        return fullByMemory[host] ? course.capacity(host).memoryMiB() - course.freeMemoryMiB(host) : mean[host] + sigmas * Math.sqrt(Math.max(0, variance[host]));
    }

    /** How full a guest makes a host, to compare it with others. */
    double size(int host, int guest) {
        return fullByMemory[host] ? course.instances().memoryMiB(guest) : appetite.mean()[guest] + Math.sqrt(appetite.variance()[guest]);
    }

    /** Whether a guest may come to a host that has others, so that so many standard deviations stay free. */
    boolean hasRoom(int host, int guest, double sigmas) {
        return now[host] + appetite.now()[guest] <= course.processors(host) && core[host] >= appetite.now()[guest]
                && (fullByMemory[host] ? hasPlenty(host, guest) : isFree(host, guest, sigmas));
    }

    private boolean hasPlenty(int host, int guest) {
        return course.instances().cpus(guest) <= core[host] && isFree(host, guest, PLENTY);
    }

    private boolean isFree(int host, int guest, double sigmas) {
        return mean[host] + appetite.mean()[guest] + sigmas * Math.sqrt(Math.max(0, variance[host]) + appetite.variance()[guest]) <= course.processors(host);
    }
}
