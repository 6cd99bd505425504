package org.kumiki.hypervisor.xen;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;

/** The guests of the tests, as {@code test-host/guest-init} makes them. */
final class Guests {

    static final XenSettings SETTINGS = settings(GuestType.PV);
    static final int MEMORY_MIB = 96;
    /** What a kernel need not do that is translated anyway. */
    private static final String BRIEF = "quiet cryptomgr.notests nokaslr mitigations=off apparmor=0 selinux=0 audit=0";
    private static final Duration PATIENCE = Duration.ofSeconds((long) (120 * Double.parseDouble(System.getProperty("kumiki.tck.patience", "1"))));

    private Guests() {
    }

    /** A processor that QEMU translates gives away too little of what it does for Xen to emulate time stamps. */
    static XenSettings settings(GuestType type) {
        return new XenSettings(Optional.of(type), "native", 8, 0.95, 0, Duration.ofSeconds(20), Duration.ofSeconds(120), 8_002);
    }

    static GuestSpec spec(InstanceId id, String name) {
        return spec(id, name, "");
    }

    static GuestSpec spec(InstanceId id, String name, String words) {
        return new GuestSpec(id, name, new Resources(1, MEMORY_MIB, 0, 10), new BootSource.Kernel(Path.of("/guest/kernel"), Path.of("/guest/initrd"),
                (BRIEF + " kumiki.id=" + id + " " + words).strip()), Optional.empty(), List.of(), new NetworkLink.None("02:4b:4d:00:00:01"));
    }

    static void until(BooleanSupplier truth, Supplier<String> state) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!truth.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(state.get());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
