package org.kumiki.api.migration;

import java.time.Duration;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/**
 * A guest that is to move.
 *
 * @param memoryMiB      its memory
 * @param downtimeBudget how long its owner accepts that it stands still
 */
public record MigrationOrder(InstanceId instance, HostId source, HostId destination, long memoryMiB, Duration downtimeBudget) {
}
