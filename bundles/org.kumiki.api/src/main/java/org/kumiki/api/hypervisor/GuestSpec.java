package org.kumiki.api.hypervisor;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.Hardware;
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
 * @param hardware the machine that it sees; anything but {@link Hardware#STANDARD} only where the technology has that feature. How it boots is in
 *                 {@code boot}
 */
public record GuestSpec(InstanceId id, String name, Resources resources, BootSource boot, Optional<GuestDisk> root, List<GuestDisk> disks,
        NetworkLink link, Hardware hardware) {

    public GuestSpec {
        disks = List.copyOf(disks);
    }

    /** On standard hardware. */
    public GuestSpec(InstanceId id, String name, Resources resources, BootSource boot, Optional<GuestDisk> root, List<GuestDisk> disks,
            NetworkLink link) {
        this(id, name, resources, boot, root, disks, link, Hardware.STANDARD);
    }

    /** The same, joined to its network in another way. */
    public GuestSpec with(NetworkLink newLink) {
        return new GuestSpec(id, name, resources, boot, root, disks, newLink, hardware);
    }
}
