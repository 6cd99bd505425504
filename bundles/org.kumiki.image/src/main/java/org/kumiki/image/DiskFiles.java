package org.kumiki.image;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.Disk.Format;
import org.kumiki.image.disk.DiskInspection;
import org.kumiki.image.disk.Qcow2Blank;

/** Files that are disks, in one of the two formats. Each format is named wherever a program meets a file, so none is guessed. */
enum DiskFiles {

    /** Copied by QEMU's own program. What lies under such a file is not in its header but told to whoever reads it. */
    QCOW2(Format.QCOW2) {

        @Override
        void create(Path file, long sizeMiB) throws IOException {
            try (FileChannel disk = FileChannel.open(file, CREATE_NEW, WRITE)) {
                Qcow2Blank.write(disk, sizeMiB << 20);
            }
        }

        @Override
        void copy(Disk from, Path file, Room room) throws IOException {
            qemuImg(file.getParent(), List.of("convert", "-q", "-O", "qcow2", "json:" + Layers.of(from), file.toString()));
        }

        @Override
        void grow(Path file, long sizeMiB) throws IOException {
            qemuImg(file.getParent(), List.of("resize", "-q", "-f", "qcow2", file.toString(), sizeMiB + "M"));
        }

        @Override
        long sizeMiB(Path file) throws IOException {
            try (FileChannel disk = FileChannel.open(file, READ)) {
                return DiskInspection.mebibytes(DiskInspection.size(disk, Format.QCOW2, Long.MAX_VALUE));
            }
        }
    },

    /** Files with holes; needs no program. */
    RAW(Format.RAW) {

        @Override
        void create(Path file, long sizeMiB) throws IOException {
            Files.createFile(file);
            grow(file, sizeMiB);
        }

        @Override
        void copy(Disk from, Path file, Room room) throws IOException {
            if (from.format() != Format.RAW) {
                throw new IOException("the program qemu-img is needed to read " + from.file().getFileName() + "; please install it");
            }
            try (InputStream in = Files.newInputStream(from.file()); FileChannel out = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
                new Intake(Long.MAX_VALUE, room, done -> { }).copy(in, out);
            }
        }

        @Override
        void grow(Path file, long sizeMiB) throws IOException {
            try (FileChannel disk = FileChannel.open(file, WRITE)) {
                if (disk.size() < sizeMiB << 20) {
                    disk.write(ByteBuffer.allocate(1), (sizeMiB << 20) - 1); // what is before it is a hole
                }
            }
        }

        @Override
        long sizeMiB(Path file) throws IOException {
            return DiskInspection.mebibytes(Files.size(file));
        }
    };

    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Format format;

    DiskFiles(Format format) {
        this.format = format;
    }

    /** Makes a disk that reads as zeroes and takes next to no room. */
    abstract void create(Path file, long sizeMiB) throws IOException;

    /** Makes a disk with the content of another and all that lies under it, which is not written meanwhile. */
    abstract void copy(Disk from, Path file, Room room) throws IOException;

    abstract void grow(Path file, long sizeMiB) throws IOException;

    abstract long sizeMiB(Path file) throws IOException;

    Disk disk(Path file) throws IOException {
        return new Disk(file, format, sizeMiB(file));
    }

    Path file(Path directory, String name) {
        return directory.resolve(name + "." + format.name().toLowerCase(Locale.ROOT));
    }

    static DiskFiles of(Disk disk) {
        return valueOf(disk.format().name());
    }

    /** Makes a disk of any format with the content of another and all that lies under it. */
    static void convert(Disk from, DiskExport.Format format, Path file) throws IOException {
        List<String> how = switch (format) {
            case QCOW2 -> List.of("-O", "qcow2");
            case RAW -> List.of("-O", "raw");
            case VMDK -> List.of("-O", "vmdk", "-o", "subformat=streamOptimized"); // the one that other platforms take
            case VHD -> List.of("-O", "vpc", "-o", "force_size=on");
            case VDI -> List.of("-O", "vdi");
            case VHDX -> List.of("-O", "vhdx", "-o", "subformat=dynamic");
        };
        List<String> arguments = new ArrayList<>(List.of("convert", "-q"));
        arguments.addAll(how);
        arguments.addAll(List.of("json:" + Layers.of(from), file.toString()));
        qemuImg(file.getParent(), arguments);
    }

    /** The format in which a disk of this name is there. */
    static Optional<DiskFiles> of(Path directory, String name) {
        for (DiskFiles candidate : values()) {
            if (Files.exists(candidate.file(directory, name))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** The better one of those that this machine can make. */
    static DiskFiles best() {
        return Program.find("qemu-img").isPresent() ? QCOW2 : RAW;
    }

    private static void qemuImg(Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Program.find("qemu-img").orElseThrow(() -> new IOException("the program qemu-img is needed; please install it")).toString());
        command.addAll(arguments);
        Program.run(command, directory, Optional.empty(), PATIENCE);
    }
}
