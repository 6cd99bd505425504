package org.kumiki.policy.beloglazov;

import java.util.Arrays;

import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.InstanceTable;

/**
 * What guests want, by the rows of the instances.
 *
 * @param cpus    now
 * @param share   the same, of what each was promised
 * @param memory  in MiB
 * @param history what each used of what it was promised, the newest first
 */
record Demand(double[] cpus, double[] share, double[] memory, double[][] history) {

    /** As many samples of the past as CloudSim looks at. */
    static final int HISTORY = 30;

    static Demand of(DatacenterView view, History history) {
        InstanceTable instances = view.instances();
        int size = instances.size();
        double[] cpus = CpuUse.recent(view, history, 1);
        double[] share = new double[size];
        double[] memory = new double[size];
        double[][] past = new double[size][];
        for (int row = 0; row < size; row++) {
            share[row] = cpus[row] / Math.max(1, instances.cpus(row));
            memory[row] = instances.memoryMiB(row);
            past[row] = newestFirst(history.cpu(instances.instance(row).id(), HISTORY));
        }
        return new Demand(cpus, share, memory, past);
    }

    private static double[] newestFirst(double[] samples) {
        double[] reversed = new double[samples.length];
        Arrays.setAll(reversed, index -> Double.isNaN(samples[samples.length - 1 - index]) ? 0 : samples[samples.length - 1 - index]);
        return reversed;
    }
}
