package org.kumiki.api.model;

import java.util.Optional;

/**
 * A disk of whatever is launched from an image.
 *
 * @param name                e.g. {@code /dev/sda1}
 * @param snapshot            what it reads as at first; without one it is blank, or, if it is the root device, the disk that came with the image
 * @param deleteOnTermination whether the volume goes with its instance
 */
public record BlockDevice(String name, Optional<SnapshotId> snapshot, long sizeMiB, boolean deleteOnTermination) {

    /** What a root device is called, unless somebody wants it otherwise. */
    public static final String ROOT = "/dev/sda1";

    public BlockDevice {
        if (name.isBlank() || sizeMiB < 1) {
            throw new IllegalArgumentException("a block device has a name and a size: " + name + ", " + sizeMiB);
        }
    }
}
