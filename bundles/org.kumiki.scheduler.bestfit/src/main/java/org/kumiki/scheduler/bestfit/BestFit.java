package org.kumiki.scheduler.bestfit;

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
 * Packs: a guest goes to the host on which the least room is left then, so that other hosts stay empty and can sleep.
 * <p>
 * The room left is a vector, one dimension a resource, each a share of what the host has; its length is what is compared. This is the
 * norm-based greedy heuristic of Panigrahy, Talwar, Uyeda and Wieder, <i>Heuristics for Vector Bin Packing</i> (Microsoft Research,
 * 2011), which they found to pack as well as or better than first fit decreasing, turned from the items to the bins because guests
 * arrive one at a time. An empty host is opened only if no other one has room, as in every any-fit rule (Johnson, 1974).
 */
@SchedulerBrain(name = "bestfit")
@Component
public final class BestFit implements Scheduler {

    /** More than the square of the longest possible vector, so that every empty host costs more than every other one. */
    private static final double OPENS_A_HOST = 5;

    private final GreedyPlacement placement = new GreedyPlacement(BestFit::cost, "the least room left");

    @Override
    public Placement place(DatacenterView view, PlacementRequest request) {
        return placement.place(view.hosts(), request);
    }

    private static double cost(HostTable hosts, int row, Resources each, int guests) {
        Resources capacity = hosts.capacity(row);
        double roomLeft = square(hosts.freeCpus(row) - (double) each.cpus() * guests, capacity.cpus())
                + square(hosts.freeMemoryMiB(row) - (double) each.memoryMiB() * guests, capacity.memoryMiB())
                + square(hosts.freeDiskMiB(row) - (double) each.diskMiB() * guests, capacity.diskMiB())
                + square(hosts.freeNetworkMbps(row) - (double) each.networkMbps() * guests, capacity.networkMbps());
        boolean empty = hosts.guests(row) == 0 && guests == 1;
        return empty ? roomLeft + OPENS_A_HOST : roomLeft;
    }

    /** The square of a share; a resource that the host has nothing of does not count. */
    private static double square(double left, double capacity) {
        double share = capacity == 0 ? 0 : left / capacity;
        return share * share;
    }
}
