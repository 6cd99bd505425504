package org.kumiki.api.hypervisor;

import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;

/**
 * A volume on a guest.
 *
 * @param device the name that the client asked for, e.g. {@code /dev/sdf}; a wish, since the guest's system names its devices itself
 */
public record GuestDisk(VolumeId volume, Disk disk, String device) {
}
