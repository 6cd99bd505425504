package org.kumiki.api.command;

import java.util.Optional;

import org.kumiki.api.model.SnapshotId;

/**
 * What is wanted of one block device. What is absent is as the image, the instance or the snapshot has it.
 *
 * @param present whether there shall be such a device at all
 * @param sizeMiB no less than what the device reads as at first
 */
public record DeviceMapping(String name, boolean present, Optional<SnapshotId> snapshot, Optional<Long> sizeMiB,
        Optional<Boolean> deleteOnTermination) {
}
