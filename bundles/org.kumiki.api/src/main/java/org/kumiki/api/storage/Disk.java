package org.kumiki.api.storage;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk image file. No file names another one: whatever lies under a disk is said here, with its format, down to the last.
 *
 * @param backing what is read where the file itself holds nothing; whoever writes the disk only reads this
 */
public record Disk(Path file, Format format, long sizeMiB, Optional<Disk> backing) {

    /** How its bytes are laid out. */
    public enum Format {
        QCOW2, RAW
    }

    public Disk {
        if (format == Format.RAW && backing.isPresent()) {
            throw new IllegalArgumentException("a raw disk holds every byte itself: " + file);
        }
    }

    /** A disk that stands alone. */
    public Disk(Path file, Format format, long sizeMiB) {
        this(file, format, sizeMiB, Optional.empty());
    }
}
