package org.kumiki.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.image.disk.DiskInspection;
import org.kumiki.image.disk.ForeignFormat;

/** Makes a disk of ours of one that another platform has laid out. */
final class Conversion {

    private static final Duration PATIENCE = Duration.ofHours(1);
    /** What QCOW2 may take beyond the disk itself: its tables. */
    private static final int OVERHEAD = 16;

    private final long mostDiskBytes;

    /** @param mostDiskBytes the largest disk that is let in, as a guest would see it */
    Conversion(long mostDiskBytes) {
        this.mostDiskBytes = mostDiskBytes;
    }

    /**
     * Checks a disk and converts it, or refuses it.
     *
     * @param open    the file, open since its first byte was written: what is checked is what is converted
     * @param file    the same; goes when it is converted
     * @param result  the QCOW2 disk that is made, which is in a directory of its own
     * @return the size that a guest sees, in bytes
     */
    long convert(ForeignFormat format, FileChannel open, Path file, Path result) throws IOException {
        long size = format.size(open, mostDiskBytes);
        Path work = Files.createTempDirectory(result.getParent(), Durable.UNFINISHED);
        try {
            // The program is told every format, and has no other file that it could open.
            String in = "json:{\"driver\":\"" + format.driver() + "\",\"file\":{\"driver\":\"file\",\"filename\":\"" + Sandbox.GIVEN.resolve("disk") + "\"}}";
            new Sandbox(size + size / OVERHEAD + (1 << 20)).run(List.of("qemu-img", "convert", "-q", "-O", "qcow2", in, Sandbox.WORK.resolve("disk").toString()),
                    work, Map.of("disk", file), Optional.empty(), PATIENCE);
            Files.delete(file);
            Files.move(work.resolve("disk"), result);
            Durable.force(result);
        } catch (IOException e) {
            if (Program.find("bwrap").isEmpty() || Program.find("qemu-img").isEmpty()) {
                throw new StorageException(Reason.REFUSED, "The programs qemu-img and bwrap are needed to take " + format
                        + " disks in; please install qemu-utils and bubblewrap.", e);
            }
            throw new StorageException(Reason.REFUSED, "This disk is refused: it could not be converted: " + e.getMessage(), e);
        } finally {
            Durable.delete(work);
        }
        try (FileChannel made = FileChannel.open(result, StandardOpenOption.READ)) {
            return DiskInspection.size(made, Disk.Format.QCOW2, mostDiskBytes);
        }
    }
}
