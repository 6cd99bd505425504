package org.kumiki.api.migration;

import java.time.Duration;
import java.util.Set;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/**
 * A guest that is to move.
 *
 * @param memoryMiB      its memory
 * @param downtimeBudget how long its owner accepts that it stands still
 * @param modes          how it may move: what its technology can do on both hosts, less what its owner does not accept
 */
public record MigrationOrder(InstanceId instance, HostId source, HostId destination, long memoryMiB, Duration downtimeBudget,
        Set<Feature> modes) {

    public MigrationOrder {
        if (memoryMiB < 1 || downtimeBudget.isNegative()) {
            throw new IllegalArgumentException("a guest has memory and a budget that is not negative: " + memoryMiB + " MiB, " + downtimeBudget);
        }
        modes = Set.copyOf(modes);
    }

    public boolean allows(Feature mode) {
        return modes.contains(mode);
    }
}
