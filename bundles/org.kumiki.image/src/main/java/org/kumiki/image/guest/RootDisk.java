package org.kumiki.image.guest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.storage.Disk.Format;
import org.kumiki.image.Program;

/**
 * The disk on which a guest keeps what it writes: an empty file system. What the guest starts with comes from its first root file system;
 * the two are laid over each other when it boots.
 */
record RootDisk(Path file, Format format, long sizeMiB) {

    /** By which the guest knows it from a client's volumes. At most 16 characters. */
    static final String LABEL = "kumiki-root";

    private static final long SIZE_MIB = 8 << 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static RootDisk make(Path directory, Path busybox) throws IOException {
        Path raw = directory.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength(SIZE_MIB << 20); // a hole: it takes no room
        }
        Program.run(format(raw, busybox), directory, Optional.empty(), PATIENCE);
        Optional<Path> converter = Program.find("qemu-img");
        if (converter.isEmpty()) {
            return new RootDisk(raw, Format.RAW, SIZE_MIB);
        }
        Path disk = directory.resolve("disk.qcow2");
        Program.run(List.of(converter.get().toString(), "convert", "-f", "raw", "-O", "qcow2", raw.toString(), disk.toString()), directory,
                Optional.empty(), PATIENCE);
        Files.delete(raw);
        return new RootDisk(disk, Format.QCOW2, SIZE_MIB);
    }

    /**
     * With a journal where the machine can make one, so that a guest that was cut off finds its files whole. All tables are written now,
     * which costs nothing, since they are zeroes; else the guest would do it, and its copy of the disk grow.
     */
    private static List<String> format(Path raw, Path busybox) {
        return Program.find("mke2fs")
                .map(program -> List.of(program.toString(), "-q", "-F", "-t", "ext4", "-L", LABEL, "-m", "0", "-J", "size=16",
                        "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", raw.toString()))
                .orElse(List.of(busybox.toString(), "mke2fs", "-F", "-L", LABEL, "-m", "0", raw.toString()));
    }
}
