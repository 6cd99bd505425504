package org.kumiki.api.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.view.HostTable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Places guests one after the other, each on the host that costs least then: what most schedulers do, so that all that is left to them
 * is to say what a host costs. The rules are those of {@link Eligibility}, also among the guests of one request.
 * <p>
 * As all guests of a request are alike, this places as many of them as can be placed at all. Of hosts that cost the same, the one of the
 * lowest row is taken, so the result is always the same.
 */
public final class GreedyPlacement {

    /** What it costs to put a guest on a host. A pure function; it is called once a host and guest, so it should not allocate. */
    @ConsumerType
    @FunctionalInterface
    public interface Cost {

        /**
         * @param row    the host in question, which has room for them
         * @param each   what one guest takes
         * @param guests how many guests of this request it would have then, which the table knows nothing of; at least 1
         * @return the less the better; never {@code NaN}
         */
        double of(HostTable hosts, int row, Resources each, int guests);
    }

    private final HostTable hosts;
    private final PlacementRequest request;
    private final Cost cost;
    private final Refusals refusals = new Refusals();
    /** By row: how many more guests of this request the host could take. */
    private final int[] room;
    /** By row: how many guests of this request it has been given. */
    private final int[] placed;
    /** By row: what the next one would cost there. */
    private final double[] costs;
    /** Whether the first guest decides which host the others must share. */
    private final boolean beginsCluster;
    private int eligible;

    private GreedyPlacement(HostTable hosts, PlacementRequest request, Cost cost) {
        this.hosts = hosts;
        this.request = request;
        this.cost = cost;
        beginsCluster = request.rules().clusterGroup().isPresent() && !hosts.runsAnywhere(request.rules().clusterGroup().get());
        room = new int[hosts.size()];
        placed = new int[hosts.size()];
        costs = new double[hosts.size()];
    }

    /** @param merit what is good about the host that costs least, in words, e.g. {@code the least room left} */
    public static Placement place(HostTable hosts, PlacementRequest request, Cost cost, String merit) {
        GreedyPlacement placement = new GreedyPlacement(hosts, request, cost);
        placement.survey();
        List<HostId> chosen = placement.choose();
        return new Placement(chosen, placement.reason(chosen.size(), merit), placement.refusals.toList());
    }

    /** Finds out how many guests each host could take, and what the first one would cost there. */
    private void survey() {
        int most = 0;
        for (int row = 0; row < room.length; row++) {
            String refusal = Eligibility.refusal(hosts, row, request.each(), request.rules());
            if (refusal == null) {
                eligible++;
                room[row] = roomFor(row);
                costs[row] = cost.of(hosts, row, request.each(), 1);
                most = Math.max(most, room[row]);
            } else {
                refusals.add(refusal, row);
            }
        }
        if (beginsCluster) {
            keepOnly(most);
        }
    }

    private int roomFor(int row) {
        boolean alone = request.count() == 1 || request.rules().spreadGroup().isPresent();
        return alone ? 1 : hosts.fits(row, request.each(), request.count());
    }

    /** A cluster must not begin on a host that cannot take as much of it as another one could. */
    private void keepOnly(int most) {
        for (int row = 0; row < room.length; row++) {
            room[row] = room[row] < most ? 0 : room[row];
        }
    }

    private List<HostId> choose() {
        List<HostId> chosen = new ArrayList<>(Math.min(request.count(), 64));
        while (chosen.size() < request.count()) {
            int row = cheapest();
            if (row < 0) {
                break;
            }
            chosen.add(hosts.id(row));
            take(row);
        }
        return chosen;
    }

    private void take(int row) {
        if (beginsCluster) {
            int left = room[row];
            Arrays.fill(room, 0);
            room[row] = left;
        }
        room[row]--;
        placed[row]++;
        if (room[row] > 0) {
            costs[row] = cost.of(hosts, row, request.each(), placed[row] + 1);
        }
    }

    private int cheapest() {
        int cheapest = -1;
        for (int row = 0; row < room.length; row++) {
            if (room[row] > 0 && (cheapest < 0 || costs[row] < costs[cheapest])) {
                cheapest = row;
            }
        }
        return cheapest;
    }

    private String reason(int placed, String merit) {
        if (placed == 0) {
            return "no host may take it";
        }
        String choice = merit + " of " + eligible + (eligible == 1 ? " host" : " hosts") + " that may take it";
        return placed == request.count() ? choice : choice + "; there is room for " + placed + " of " + request.count();
    }
}
