package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.testing.guest.BootSector;

/** Machines that run a {@link BootSector}. */
final class Machines {

    static final int DISK_MIB = 1;

    private Machines() {
    }

    static GuestSpec small(Path directory, InstanceId id, String name) {
        Path disk = directory.resolve("root-" + id);
        write(disk, id);
        return new GuestSpec(id, name, new Resources(1, 16, 16, 10), new BootSource.Firmware(),
                Optional.of(new GuestDisk(new VolumeId("vol-" + id.value().substring(2)), new Disk(disk, Disk.Format.RAW, DISK_MIB), "/dev/sda1")),
                List.of(), new NetworkLink.None("02:4b:4d:1f:10:00"));
    }

    /** Makes the disk of one, which may run already: nothing is cut off meanwhile. */
    static void write(Path disk, InstanceId id) {
        try {
            Files.write(disk, BootSector.QEMU.disk(id, DISK_MIB), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
