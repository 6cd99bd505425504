package org.kumiki.twin.cloudsim;

import java.util.Arrays;

import org.kumiki.twin.trace.CpuTraces;

/**
 * The machines of a study in columns: what they want now and what they wanted before, in MIPS. As CloudSim's, they are of four kinds, a quarter each in
 * the order of the traces, after types of EC2; the memory of most was halved there, so that hosts of 4 GiB have room for several.
 */
final class Machines {

    /** As many of the newest samples are kept as CloudSim keeps. */
    static final int HISTORY = 30;

    private static final int[] MIPS = { 2_500, 2_000, 1_000, 500 };
    private static final int[] MEMORY_MIB = { 870, 1_740, 1_740, 613 };

    final int size;
    final int[] mips;
    final int[] memoryMiB;
    /** What each wants now. */
    final double[] wanted;
    /** Where each is; -1 for nowhere. */
    final int[] host;
    /** Whether each is on its way. */
    final boolean[] moving;

    private final byte[][] percent;
    private final double interval;
    private final double[] history;
    private int samples;

    Machines(CpuTraces traces) {
        size = traces.machines();
        percent = traces.percent();
        interval = traces.interval().toSeconds();
        mips = new int[size];
        memoryMiB = new int[size];
        wanted = new double[size];
        host = new int[size];
        moving = new boolean[size];
        history = new double[size * HISTORY];
        Arrays.fill(host, -1);
        int quarter = (size + MIPS.length - 1) / MIPS.length;
        for (int machine = 0; machine < size; machine++) {
            mips[machine] = MIPS[machine / quarter];
            memoryMiB[machine] = MEMORY_MIB[machine / quarter];
        }
    }

    boolean isGone(int machine) {
        return host[machine] < 0;
    }

    /** The share of its CPU that a machine uses at a time in seconds, linear between two samples; the last one lasts. */
    double use(int machine, double time) {
        int last = percent[machine].length - 1;
        int before = Math.min((int) Math.floor(time / interval), last);
        int after = Math.min((int) Math.ceil(time / interval), last);
        double from = percent[machine][before] / 100.0;
        return before == after ? from : from + (percent[machine][after] / 100.0 - from) / interval * (time - before * interval);
    }

    /** Lets every machine want what it wants at a time. */
    void want(double time) {
        for (int machine = 0; machine < size; machine++) {
            if (!isGone(machine)) {
                wanted[machine] = use(machine, time) * mips[machine];
            }
        }
    }

    /** Remembers what each uses at a time. */
    void remember(double time) {
        for (int machine = 0; machine < size; machine++) {
            if (!isGone(machine)) {
                int begin = machine * HISTORY;
                System.arraycopy(history, begin + 1, history, begin, HISTORY - 1);
                history[begin + HISTORY - 1] = use(machine, time);
            }
        }
        samples = Math.min(samples + 1, HISTORY);
    }

    /** What a machine used, the oldest first. */
    double[] history(int machine, int most) {
        int end = (machine + 1) * HISTORY;
        return Arrays.copyOfRange(history, end - Math.min(most, samples), end);
    }
}
