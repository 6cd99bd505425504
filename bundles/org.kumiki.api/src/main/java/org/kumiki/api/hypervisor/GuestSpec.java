package org.kumiki.api.hypervisor;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;

/**
 * The machine to run.
 *
 * @param name  for people, and hostile: it comes from a client. It may hold any character and must not reach an option of a program.
 * @param boot  read only to the guest
 * @param root  its first disk, if it has one
 * @param disks further volumes that are attached from the start
 */
public record GuestSpec(InstanceId id, String name, Resources resources, BootSource boot, Optional<GuestDisk> root, List<GuestDisk> disks,
        NetworkLink link) {

    public GuestSpec {
        disks = List.copyOf(disks);
    }
}
