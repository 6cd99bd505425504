package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.testing.guest.BootSector;

/** The guests of the tests, as {@code test-host/guest-init} makes them. */
final class Guests {

    static final XenSettings SETTINGS = settings(GuestType.PV);
    static final int MEMORY_MIB = 96;
    static final int PC_MEMORY_MIB = 32;
    private static final VolumeId ROOT = new VolumeId("vol-0123456789abcdef1");
    /** What a kernel need not do that is translated anyway. */
    private static final String BRIEF = "quiet cryptomgr.notests nokaslr mitigations=off apparmor=0 selinux=0 audit=0";
    private static final Duration PATIENCE = Duration.ofSeconds((long) (120 * Double.parseDouble(System.getProperty("kumiki.tck.patience", "1"))));

    /** Each look costs the processor time that what is waited for needs. */
    private static final long BETWEEN_LOOKS_MILLIS = 500;

    private Guests() {
    }

    /** A processor that QEMU translates gives away too little of what it does for Xen to emulate time stamps. */
    static XenSettings settings(GuestType type) {
        return new XenSettings(Optional.of(type), "native", 8, 0.95, 0, Duration.ofSeconds(20), Duration.ofSeconds(120), 8_002);
    }

    /** What one says when it is up. */
    static String ready(InstanceId id) {
        return BootSector.ready(id);
    }

    static GuestSpec spec(InstanceId id, String name) {
        return spec(id, name, "");
    }

    static GuestSpec spec(InstanceId id, String name, String words) {
        return new GuestSpec(id, name, new Resources(1, MEMORY_MIB, 0, 10), new BootSource.Kernel(Path.of("/guest/kernel"), Path.of("/guest/initrd"),
                (BRIEF + " kumiki.id=" + id + " " + words).strip()), Optional.empty(), List.of(), new NetworkLink.None("02:4b:4d:00:00:01"));
    }

    /** A whole machine, which is up at once. */
    static GuestSpec pc(InstanceId id, Disk root, NetworkLink link) {
        return new GuestSpec(id, "pc", new Resources(1, PC_MEMORY_MIB, 1, 10), new BootSource.Firmware(), Optional.of(new GuestDisk(ROOT, root, "/dev/sda")),
                List.of(), link);
    }

    /** Of a guest that boots from a raw disk, which it makes on each of several hosts. */
    static Disk root(InstanceId id, XenMachine... machines) throws IOException {
        Path file = Path.of("/var/lib", id + ".raw");
        for (XenMachine machine : machines) {
            machine.write(file, BootSector.XEN.disk(id, 1));
        }
        return new Disk(file, Disk.Format.RAW, 1);
    }

    static void until(BooleanSupplier truth, Supplier<String> state) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!truth.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(state.get());
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }
}
