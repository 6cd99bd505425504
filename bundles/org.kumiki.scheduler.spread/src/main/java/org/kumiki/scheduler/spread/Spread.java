package org.kumiki.scheduler.spread;

import org.kumiki.api.model.Resources;
import org.kumiki.api.scheduler.GreedyPlacement;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.scheduler.SchedulerBrain;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.osgi.service.component.annotations.Component;

/**
 * Balances: a guest goes to the host whose load is lowest then, so that a lost host takes few guests with it and each has room to grow.
 * <p>
 * The load of a host is the largest share that is taken of any of its resources: its dominant share, in the word of Ghodsi et al.,
 * <i>Dominant Resource Fairness</i> (NSDI 2011). Among hosts that are practically as loaded, the other resources decide.
 */
@SchedulerBrain(name = "spread")
@Component
public final class Spread implements Scheduler {

    /** How much the other resources count: less than a guest on a big host would. */
    private static final double OTHERS = 1e-4;

    private final GreedyPlacement placement = new GreedyPlacement(Spread::cost, "the lowest load");

    @Override
    public Placement place(DatacenterView view, PlacementRequest request) {
        return placement.place(view.hosts(), request);
    }

    private static double cost(HostTable hosts, int row, Resources each, int guests) {
        Resources capacity = hosts.capacity(row);
        double cpus = share(hosts.freeCpus(row) - (double) each.cpus() * guests, capacity.cpus());
        double memory = share(hosts.freeMemoryMiB(row) - (double) each.memoryMiB() * guests, capacity.memoryMiB());
        double disk = share(hosts.freeDiskMiB(row) - (double) each.diskMiB() * guests, capacity.diskMiB());
        double network = share(hosts.freeNetworkMbps(row) - (double) each.networkMbps() * guests, capacity.networkMbps());
        double dominant = Math.max(Math.max(cpus, memory), Math.max(disk, network));
        return dominant + OTHERS * (cpus + memory + disk + network);
    }

    /** How much is taken; a resource that the host has nothing of does not count. */
    private static double share(double left, double capacity) {
        return capacity == 0 ? 0 : 1 - left / capacity;
    }
}
