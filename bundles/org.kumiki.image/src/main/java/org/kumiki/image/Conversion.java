package org.kumiki.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.Image;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.image.disk.DiskInspection;
import org.kumiki.image.disk.ForeignFormat;

/**
 * Makes a disk of ours of one of any format that is known: it is checked first, and then converted in a sandbox.
 *
 * @param mostDiskBytes the largest disk that is let in, as a guest would see it
 */
public record Conversion(long mostDiskBytes) {

    private static final Duration PATIENCE = Duration.ofHours(1);
    /** What QCOW2 may take beyond the disk itself, its tables: a part of it, and some more. */
    private static final int TABLES = 16;
    private static final long LEAST = 1 << 20;

    /**
     * Checks a disk.
     *
     * @return the size that a guest sees, in bytes
     * @throws StorageException if it is refused, with the reason
     */
    public long size(Image.Format declared, FileChannel disk) throws IOException {
        Optional<ForeignFormat> foreign = ForeignFormat.of(declared);
        return foreign.isPresent() ? foreign.get().size(disk, mostDiskBytes) : DiskInspection.size(disk, Disk.Format.valueOf(declared.name()), mostDiskBytes);
    }

    /**
     * Checks a disk and converts it, or refuses it.
     *
     * @param open   the file, open since its first byte was written: what is checked is what is converted
     * @param file   the same; goes when it is converted
     * @param into   the format that is made
     * @param result the disk that is made
     * @return the size that a guest sees, in bytes
     */
    public long convert(Image.Format declared, FileChannel open, Path file, Disk.Format into, Path result) throws IOException {
        long size = size(declared, open);
        Path work = Files.createTempDirectory(result.getParent(), Durable.UNFINISHED);
        try {
            new Sandbox(size + size / TABLES + LEAST).run(List.of("qemu-img", "convert", "-q", "-O", into.name().toLowerCase(Locale.ROOT), source(declared),
                    Sandbox.WORK.resolve("disk").toString()), work, Map.of("disk", file), Optional.empty(), PATIENCE);
            Files.delete(file);
            Files.move(work.resolve("disk"), result);
            Durable.force(result);
        } catch (IOException e) {
            throw failure(declared, e);
        } finally {
            Durable.delete(work);
        }
        try (FileChannel made = FileChannel.open(result, StandardOpenOption.READ)) {
            return into == Disk.Format.RAW ? made.size() : DiskInspection.size(made, into, mostDiskBytes);
        }
    }

    /** The program is told every format, and that nothing lies under the disk. */
    private static String source(Image.Format declared) {
        String driver = ForeignFormat.of(declared).map(ForeignFormat::driver).orElse(declared.name().toLowerCase(Locale.ROOT));
        return "json:{\"driver\":\"" + driver + "\"" + (declared == Image.Format.QCOW2 ? ",\"backing\":null" : "")
                + ",\"file\":{\"driver\":\"file\",\"filename\":\"" + Sandbox.GIVEN.resolve("disk") + "\"}}";
    }

    private static StorageException failure(Image.Format declared, IOException cause) {
        if (Program.find("bwrap").isEmpty() || Program.find("qemu-img").isEmpty()) {
            return new StorageException(Reason.REFUSED, "The programs qemu-img and bwrap are needed to take " + declared
                    + " disks in; please install qemu-utils and bubblewrap.", cause);
        }
        return new StorageException(Reason.REFUSED, "This disk is refused: it could not be converted: " + cause.getMessage(), cause);
    }
}
