package org.kumiki.twin.cloudsim;

import java.util.Arrays;

import org.kumiki.twin.trace.CpuTraces;

/**
 * The machines of a study in columns: what they want now and what they wanted before, in MIPS. As CloudSim's, they are of four kinds, a quarter each
 * in the order of the traces, after types of EC2; the memory of most was halved there, so that hosts of 4 GiB have room for several.
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
    /** The share of its CPU that each uses now. */
    private final double[] used;
    /** Those of before: for each machine as many as are kept, in a ring. */
    private final double[] history;
    private int newest;
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
        used = new double[size];
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

    /** Lets every machine want what it wants at a time in seconds: what its trace says, linear between two samples; the last one lasts. */
    void want(double time) {
        int last = percent.length == 0 ? 0 : percent[0].length - 1;
        int before = Math.min((int) Math.floor(time / interval), last);
        int after = Math.min((int) Math.ceil(time / interval), last);
        double since = time - before * interval;
        for (int machine = 0; machine < size; machine++) {
            if (!isGone(machine)) {
                double from = percent[machine][before] / 100.0;
                used[machine] = before == after ? from : from + (percent[machine][after] / 100.0 - from) / interval * since;
                wanted[machine] = used[machine] * mips[machine];
            }
        }
    }

    /** Remembers what each uses. */
    void remember() {
        newest = (newest + 1) % HISTORY;
        for (int machine = 0; machine < size; machine++) {
            history[machine * HISTORY + newest] = used[machine];
        }
        samples = Math.min(samples + 1, HISTORY);
    }

    /** What a machine used, the oldest first. */
    double[] history(int machine, int most) {
        double[] result = new double[Math.min(most, samples)];
        int slot = newest;
        for (int index = result.length - 1; index >= 0; index--) {
            result[index] = history[machine * HISTORY + slot];
            slot = slot == 0 ? HISTORY - 1 : slot - 1;
        }
        return result;
    }
}
