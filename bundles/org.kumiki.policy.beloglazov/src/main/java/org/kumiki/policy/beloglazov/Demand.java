package org.kumiki.policy.beloglazov;

import java.util.function.IntFunction;

import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.InstanceTable;

/** What guests want, by the rows of the instances. What they used before is looked up for those of whom someone asks. Not thread-safe. */
final class Demand {

    /** As many samples of the past as CloudSim looks at. */
    static final int HISTORY = 30;

    private final double[] cpus;
    private final double[] share;
    private final double[] memory;
    private final IntFunction<double[]> past;
    private final double[][] history;

    /**
     * @param cpus   now
     * @param share  the same, of what each was promised
     * @param memory in MiB
     * @param past   what one used of what it was promised, the newest last; {@code NaN} for what nobody knows
     */
    Demand(double[] cpus, double[] share, double[] memory, IntFunction<double[]> past) {
        this.cpus = cpus;
        this.share = share;
        this.memory = memory;
        this.past = past;
        history = new double[cpus.length][];
    }

    static Demand of(DatacenterView view, History history) {
        InstanceTable instances = view.instances();
        int size = instances.size();
        double[] cpus = CpuUse.recent(view, history, 1);
        double[] share = new double[size];
        double[] memory = new double[size];
        for (int row = 0; row < size; row++) {
            share[row] = cpus[row] / Math.max(1, instances.cpus(row));
            memory[row] = instances.memoryMiB(row);
        }
        return new Demand(cpus, share, memory, row -> history.cpu(instances.instance(row).id(), HISTORY));
    }

    /** Now, by row. */
    double[] cpus() {
        return cpus;
    }

    /** Now, of what each was promised, by row. */
    double[] share() {
        return share;
    }

    /** In MiB, by row. */
    double[] memory() {
        return memory;
    }

    /** What one used of what it was promised, the newest first; what nobody knows is nothing. */
    double[] history(int row) {
        if (history[row] == null) {
            double[] samples = past.apply(row);
            history[row] = new double[samples.length];
            for (int index = 0; index < samples.length; index++) {
                double sample = samples[samples.length - 1 - index];
                history[row][index] = Double.isNaN(sample) ? 0 : sample;
            }
        }
        return history[row];
    }
}
