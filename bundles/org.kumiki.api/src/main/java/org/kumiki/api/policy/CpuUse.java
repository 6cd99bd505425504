package org.kumiki.api.policy;

import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/** How many CPUs the instances use, as far as it was measured. */
public final class CpuUse {

    private CpuUse() {
    }

    /**
     * By row of the instances: the mean of the newest samples. An instance of which none was taken is taken to use what it was promised, as much
     * of that as all guests of a full host could have at once.
     */
    public static double[] recent(DatacenterView view, History history, int samples) {
        InstanceTable instances = view.instances();
        double[] use = new double[instances.size()];
        for (int row = 0; row < use.length; row++) {
            double mean = mean(history.cpu(instances.instance(row).id(), samples));
            use[row] = instances.cpus(row) * (Double.isNaN(mean) ? promised(view.hosts(), instances.hostRow(row)) : Math.max(0, Math.min(1, mean)));
        }
        return use;
    }

    /** How much of a CPU is behind each that a host promises. */
    private static double promised(HostTable hosts, int host) {
        return host < 0 || hosts.capacity(host).cpus() == 0 ? 1 : Math.min(1, (double) hosts.processors(host) / hosts.capacity(host).cpus());
    }

    /** Of what was measured; {@code NaN} if nothing was. */
    public static double mean(double[] samples) {
        double sum = 0;
        int count = 0;
        for (double sample : samples) {
            if (!Double.isNaN(sample)) {
                sum += sample;
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }
}
