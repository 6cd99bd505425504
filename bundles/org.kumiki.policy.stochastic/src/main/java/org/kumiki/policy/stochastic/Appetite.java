package org.kumiki.policy.stochastic;

import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.InstanceTable;

/**
 * What guests use, by the rows of the instances, in CPUs.
 *
 * @param now      by the newest sample
 * @param mean     on the average, the newer the more
 * @param variance how much it varies
 */
record Appetite(double[] now, double[] mean, double[] variance) {

    /** What a sample counts, of the one after it: after an hour of samples every five minutes, about half. */
    private static final double FADES = 0.95;
    /** So few samples say little of how much it varies; a guest is then taken to vary by this share of its CPUs at least. */
    private static final int FEW = 12;
    private static final double UNKNOWN = 0.15;

    static Appetite of(DatacenterView view, History history, int samples) {
        InstanceTable instances = view.instances();
        int size = instances.size();
        Appetite appetite = new Appetite(CpuUse.recent(view, history, 1), new double[size], new double[size]);
        for (int row = 0; row < size; row++) {
            appetite.take(row, history.cpu(instances.instance(row).id(), samples), instances.cpus(row));
        }
        return appetite;
    }

    private void take(int row, double[] used, int cpus) {
        double sum = 0;
        double weights = 0;
        double weight = 1;
        int known = 0;
        for (int sample = used.length - 1; sample >= 0; sample--, weight *= FADES) {
            if (!Double.isNaN(used[sample])) {
                sum += weight * used[sample];
                weights += weight;
                known++;
            }
        }
        double average = known == 0 ? now[row] / Math.max(1, cpus) : sum / weights;
        double squares = 0;
        for (double each : used) {
            squares += Double.isNaN(each) ? 0 : (each - average) * (each - average);
        }
        double spread = known == 0 ? 0 : squares / known;
        mean[row] = average * cpus;
        variance[row] = Math.max(spread, known < FEW ? UNKNOWN * UNKNOWN : 0) * cpus * cpus;
    }
}
