package org.kumiki.api.storage;

import java.nio.file.Path;
import java.util.Optional;

/** How a guest boots. Files are read only and were checked. */
public sealed interface BootSource {

    /**
     * By a kernel that the hypervisor loads itself.
     *
     * @param vmlinuz the same kernel as boot loaders take it, which can unpack itself; absent if the image has not kept it
     */
    record Kernel(Path kernel, Path initrd, String commandLine, Optional<Path> vmlinuz) implements BootSource {

        /** Without anything for boot loaders. */
        public Kernel(Path kernel, Path initrd, String commandLine) {
            this(kernel, initrd, commandLine, Optional.empty());
        }
    }

    /** By the boot loader that is on its root disk. */
    record Firmware() implements BootSource {
    }

    /**
     * As a copy of what a hypervisor keeps itself, and no store of this platform; the guest has no root volume then.
     *
     * @param technology whose hypervisor that is
     * @param name       by which it knows it
     */
    record Template(String technology, String name) implements BootSource {
    }

    /** By what its network offers: DHCP names a file, which the card's firmware fetches by TFTP. */
    record Network() implements BootSource {
    }

    /** Not so that a hypervisor could do it: enough for one that only simulates. */
    record Nothing() implements BootSource {
    }
}
