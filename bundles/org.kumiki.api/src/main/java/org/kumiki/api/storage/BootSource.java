package org.kumiki.api.storage;

import java.nio.file.Path;
import java.util.Optional;

/** What a guest boots from: files that were checked, that are read only, and whose format is declared, never guessed. */
public sealed interface BootSource {

    /**
     * A kernel that the hypervisor loads itself.
     *
     * @param disk the image of its root disk, if it has one
     */
    record Kernel(Path kernel, Path initrd, String commandLine, Optional<Disk> disk) implements BootSource {
    }

    /** A disk image that carries its own boot loader. */
    record DiskImage(Disk disk) implements BootSource {
    }

    /** Nothing that a hypervisor could read: enough for one that only simulates. */
    record Nothing() implements BootSource {
    }

    /** A disk image file. */
    record Disk(Path file, Format format, long sizeMiB) {

        /** How its bytes are laid out. */
        public enum Format {
            QCOW2, RAW
        }
    }
}
