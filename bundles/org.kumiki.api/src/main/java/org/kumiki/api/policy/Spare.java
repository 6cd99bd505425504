package org.kumiki.api.policy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import org.kumiki.api.model.Resources;

/** The room that is kept for the guests of hosts that fail: what is free on all hosts that are up, beside what the largest of them have. */
final class Spare {

    /** One resource: what is free of it, and how many hosts have how much. */
    private static final class Dimension {

        private final ToLongFunction<Resources> amount;
        private final TreeMap<Long, Integer> capacities = new TreeMap<>(Collections.reverseOrder());
        private long free;

        Dimension(ToLongFunction<Resources> amount) {
            this.amount = amount;
        }

        /** How much more is free than is promised. */
        long margin(int hosts) {
            long margin = free;
            int left = hosts;
            for (Map.Entry<Long, Integer> capacity : capacities.entrySet()) {
                int these = Math.min(left, capacity.getValue());
                margin -= these * capacity.getKey();
                left -= these;
                if (left == 0) {
                    break;
                }
            }
            return margin;
        }
    }

    private final int hosts;
    private final List<Dimension> dimensions = Stream.<ToLongFunction<Resources>>of(Resources::cpus, Resources::memoryMiB, Resources::diskMiB,
            Resources::networkMbps).map(Dimension::new).toList();

    /** @param hosts how many may fail */
    Spare(int hosts) {
        this.hosts = hosts;
    }

    /** A host that is up, or, with a sign of -1, is no longer. */
    void host(Resources capacity, int sign) {
        for (Dimension dimension : dimensions) {
            dimension.capacities.merge(dimension.amount.applyAsLong(capacity), sign,
                    (before, change) -> before + change == 0 ? null : before + change);
        }
    }

    /** Room on a host that is up, which is there or, with a sign of -1, no longer. */
    void room(Resources amount, int sign) {
        for (Dimension dimension : dimensions) {
            dimension.free += sign * dimension.amount.applyAsLong(amount);
        }
    }

    void room(int cpus, long memoryMiB, long diskMiB, int networkMbps) {
        long[] amounts = { cpus, memoryMiB, diskMiB, networkMbps };
        for (int index = 0; index < amounts.length; index++) {
            dimensions.get(index).free += amounts[index];
        }
    }

    long[] margins() {
        return dimensions.stream().mapToLong(dimension -> dimension.margin(hosts)).toArray();
    }

    /** Whether what was promised is broken, and by more than before. */
    boolean isWorseThan(long[] before) {
        for (int index = 0; index < before.length; index++) {
            long margin = dimensions.get(index).margin(hosts);
            if (margin < 0 && margin < before[index]) {
                return true;
            }
        }
        return false;
    }
}
