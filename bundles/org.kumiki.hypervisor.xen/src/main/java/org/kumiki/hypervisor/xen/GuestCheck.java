package org.kumiki.hypervisor.xen;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/** Of what kind a guest is on a host, and whether it can be one there at all. Pure functions. */
final class GuestCheck {

    /** Xen's scripts for disks are written for a shell and do not quote everything. */
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9/._+=@%~,:-]*");

    private GuestCheck() {
    }

    /**
     * What a host can do.
     *
     * @param hardware    whether the processor helps
     * @param deviceModel whether there is a QEMU for devices
     */
    record Abilities(boolean paravirtual, boolean hardware, boolean deviceModel) {
    }

    /** @throws HypervisorException if such a guest does not run there */
    static GuestType type(GuestSpec guest, Abilities host, XenSettings settings) {
        Bridges.check(guest.link());
        List<GuestDisk> disks = new ArrayList<>(guest.disks());
        guest.root().ifPresent(disks::add);
        disks.forEach(disk -> check(disk.disk(), host));
        if (guest.boot() instanceof BootSource.Kernel) {
            return kernelGuest(host, settings);
        }
        if (guest.boot() instanceof BootSource.Nothing) {
            throw new HypervisorException(Reason.UNSUPPORTED, "there is nothing that a guest of Xen could boot");
        }
        if (!host.hardware() || !host.deviceModel()) {
            throw new HypervisorException(Reason.UNSUPPORTED, host.hardware() ? "a guest that boots from its disk needs a device model in dom0 (Debian:"
                    + " qemu-system-xen), and there is none" : "a guest that boots from its disk needs a processor that helps Xen (AMD-V, Intel VT)");
        }
        return GuestType.HVM;
    }

    private static GuestType kernelGuest(Abilities host, XenSettings settings) {
        GuestType type = settings.kernelGuests().orElse(host.hardware() ? GuestType.PVH : GuestType.PV);
        if (type == GuestType.PV ? !host.paravirtual() : !host.hardware()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "this host runs no guests of type " + type.word());
        }
        return type;
    }

    private static void check(Disk disk, Abilities host) {
        if (!PATH.matcher(disk.file().toString()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "Xen's scripts take no disk with blanks, quotes or the like in its path");
        }
        if (disk.backing().isPresent()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a disk that lies over another one cannot be given to a guest of Xen, which is not told"
                    + " what lies under it: " + disk.file());
        }
        if (disk.format() == Disk.Format.QCOW2 && !host.deviceModel()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "disks of format qcow2 need a device model in dom0 (Debian: qemu-system-xen); raw ones do not: "
                    + disk.file());
        }
    }
}
