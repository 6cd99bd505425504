package org.kumiki.api.hypervisor;

import java.util.List;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;

/**
 * The machine to run.
 *
 * @param name  for people, and hostile: it comes from a client. It may hold any character and must not reach an option of a program.
 * @param boot  read only to the guest; what it writes to its root disk is the driver's to keep until the guest is destroyed
 * @param disks volumes that are attached from the start
 */
public record GuestSpec(InstanceId id, String name, Resources resources, BootSource boot, List<GuestDisk> disks, NetworkLink link) {

    public GuestSpec {
        disks = List.copyOf(disks);
    }
}
