package org.kumiki.image.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;

import org.kumiki.api.model.Image;

/** How other platforms lay disks out. Such a disk is looked at, and converted before anything else is done with it. */
public enum ForeignFormat {
    VMDK("vmdk", Vmdk::size),
    VDI("vdi", Vdi::size),
    VHDX("vhdx", Vhdx::size),
    VHD("vpc", Vhd::size);

    /** Looks at a disk, and says which size a guest would see, in bytes. */
    @FunctionalInterface
    private interface Look {
        long size(FileChannel file) throws IOException;
    }

    private final String driver;
    private final Look look;

    ForeignFormat(String driver, Look look) {
        this.driver = driver;
        this.look = look;
    }

    /** The foreign format that an image is declared to have, if it has one. */
    public static Optional<ForeignFormat> of(Image.Format declared) {
        return Arrays.stream(values()).filter(format -> format.name().equals(declared.name())).findFirst();
    }

    /** What QEMU calls it. */
    public String driver() {
        return driver;
    }

    /**
     * Looks at a disk of a stranger before any program does. Refused are disks that name other files, that are only what differs from another
     * disk, whose headers lie, or that are larger than allowed.
     *
     * @param mostBytes the largest disk that is let in, as a guest would see it
     * @return the size of the disk that a guest would see, in bytes
     * @throws org.kumiki.api.storage.StorageException if the disk is refused, with the reason
     */
    public long size(FileChannel file, long mostBytes) throws IOException {
        long size = look.size(file);
        if (size <= 0) {
            throw Refusal.refused("it has no size");
        }
        DiskLimits.check(size, mostBytes);
        return size;
    }
}
