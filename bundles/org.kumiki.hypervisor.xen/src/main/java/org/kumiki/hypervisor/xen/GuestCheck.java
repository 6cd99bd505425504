package org.kumiki.hypervisor.xen;

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
     * @param storage     whether there is a storage daemon of QEMU's for disks that are not raw
     */
    record Abilities(boolean paravirtual, boolean hardware, boolean deviceModel, boolean storage) {
    }

    /** @throws HypervisorException if such a guest does not run there */
    static GuestType type(GuestSpec guest, Abilities host, XenSettings settings) {
        Bridges.check(guest.link());
        ShownDisks.all(guest).forEach(disk -> check(disk.disk(), host));
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

    /** Two hosts would show the same disk while a guest moves from the one to the other, and what is written by the one is not yet seen by the other. */
    static void movable(GuestSpec guest) {
        ShownDisks.all(guest).stream().map(GuestDisk::disk).filter(ShownDisks::isShown).findFirst().ifPresent(disk -> {
            throw new HypervisorException(Reason.UNSUPPORTED, "a guest of Xen moves while it runs if its disks are raw; stop it, and start it on the other host: "
                    + disk.file());
        });
    }

    static void check(Disk disk, Abilities host) {
        if (!PATH.matcher(disk.file().toString()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "Xen's scripts take no disk with blanks, quotes or the like in its path");
        }
        if (ShownDisks.isShown(disk) && !host.storage()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "disks of format qcow2 need qemu-storage-daemon in dom0 (Debian: qemu-system-common); raw ones"
                    + " do not: " + disk.file());
        }
    }
}
