package org.kumiki.api.storage;

import java.nio.file.Path;

/** How a guest boots. Files are read only and were checked. */
public sealed interface BootSource {

    /** By a kernel that the hypervisor loads itself. */
    record Kernel(Path kernel, Path initrd, String commandLine) implements BootSource {
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

    /** Not so that a hypervisor could do it: enough for one that only simulates. */
    record Nothing() implements BootSource {
    }
}
