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

    /** Not so that a hypervisor could do it: enough for one that only simulates. */
    record Nothing() implements BootSource {
    }
}
