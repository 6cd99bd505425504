package org.kumiki.api.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.view.HostTable;

/**
 * What is known of all hosts for one shape of guest: which may take it, what it costs there, and why not the others. Of the next table, only
 * the rows are looked at that differ. Rows are kept a block at a time, the lowest bit of a word being the first row of its block. Not to be
 * changed once it is made.
 */
final class Survey {

    static final Survey NONE = new Survey(0);

    /** What makes guests alike, but for the groups they belong to. */
    record Shape(Resources each, PlacementRules rules) {

        static Shape of(PlacementRequest request) {
            return new Shape(request.each(), request.rules().withoutGroups());
        }
    }

    /** By block: what was looked at. */
    private final Object[] of;
    /** By block: what a guest costs on each host that may take it. */
    private final double[][] costs;
    /** By block: the hosts that may take a guest. */
    final long[] eligible;
    /** How many these are. */
    int eligibles;
    /** By block: of these the row that costs least, and the lowest of those that cost the same; -1 if there is none. */
    final int[] cheapest;
    /** By block: what it costs there. */
    final double[] least;
    /** Why the others may not take a guest. */
    final List<String> reasons;
    /** By reason and block: which others. */
    final List<long[]> refused;

    private Survey(int blocks) {
        of = new Object[blocks];
        costs = new double[blocks][];
        eligible = new long[blocks];
        cheapest = new int[blocks];
        least = new double[blocks];
        reasons = new ArrayList<>();
        refused = new ArrayList<>();
    }

    private Survey(Survey before, int blocks) {
        of = Arrays.copyOf(before.of, blocks);
        costs = Arrays.copyOf(before.costs, blocks);
        eligible = Arrays.copyOf(before.eligible, blocks);
        cheapest = Arrays.copyOf(before.cheapest, blocks);
        least = Arrays.copyOf(before.least, blocks);
        eligibles = before.eligibles;
        reasons = new ArrayList<>(before.reasons);
        refused = new ArrayList<>(before.refused.size());
        before.refused.forEach(words -> refused.add(Arrays.copyOf(words, blocks)));
    }

    /** The same for another table. */
    Survey of(HostTable hosts, Shape shape, GreedyPlacement.Cost cost) {
        Survey next = of.length == hosts.blocks() ? this : new Survey(this, hosts.blocks());
        for (int block = 0; block < hosts.blocks(); block++) {
            if (next.of[block] != hosts.block(block)) {
                if (next == this) {
                    next = new Survey(this, hosts.blocks());
                }
                next.look(hosts, block, shape, cost);
            }
        }
        return next;
    }

    private void look(HostTable hosts, int block, Shape shape, GreedyPlacement.Cost cost) {
        long changed = hosts.changed(block, of[block]);
        long forgotten = changed | ~hosts.changed(block, null);
        of[block] = hosts.block(block);
        costs[block] = costs[block] == null ? new double[HostTable.BLOCK] : costs[block].clone();
        eligibles -= Long.bitCount(eligible[block]);
        eligible[block] &= ~forgotten;
        for (long[] words : refused) {
            words[block] &= ~forgotten;
        }
        for (long left = changed; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            int row = block * HostTable.BLOCK + index;
            String reason = Eligibility.refusal(hosts, row, shape.each(), shape.rules());
            if (reason == null) {
                eligible[block] |= 1L << index;
                costs[block][index] = cost.of(hosts, row, shape.each(), 1);
            } else {
                refused(reason)[block] |= 1L << index;
            }
        }
        eligibles += Long.bitCount(eligible[block]);
        compare(block);
    }

    private long[] refused(String reason) {
        int index = reasons.indexOf(reason);
        if (index < 0) {
            index = reasons.size();
            reasons.add(reason);
            refused.add(new long[of.length]);
        }
        return refused.get(index);
    }

    private void compare(int block) {
        int best = -1;
        for (long left = eligible[block]; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            if (best < 0 || costs[block][index] < costs[block][best]) {
                best = index;
            }
        }
        cheapest[block] = best < 0 ? -1 : block * HostTable.BLOCK + best;
        least[block] = best < 0 ? 0 : costs[block][best];
    }
}
