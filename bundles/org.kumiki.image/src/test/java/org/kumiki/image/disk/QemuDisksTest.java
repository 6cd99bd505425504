package org.kumiki.image.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.storage.Disk.Format;
import org.kumiki.api.storage.StorageException;
import org.kumiki.image.Program;

/** Threats T01 to T05 on disks as QEMU itself makes them. */
class QemuDisksTest {

    private static final long TIB = 1L << 40;

    @TempDir
    Path directory;

    @BeforeEach
    void needsQemuImg() {
        assumeTrue(Program.find("qemu-img").isPresent(), "qemu-img is not installed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"compat=0.10", "compat=1.1", "cluster_size=512", "cluster_size=2M", "extended_l2=on,cluster_size=16k",
            "lazy_refcounts=on", "preallocation=metadata", "compression_type=zstd", "refcount_bits=1,compat=1.1"})
    void letsInWhateverKindOfPlainDiskItMakes(String options) throws IOException {
        Path disk = make("create", "-q", "-f", "qcow2", "-o", options, "@", "1G");

        assertThat(inspect(disk, Format.QCOW2)).isEqualTo(1L << 30);
    }

    @Test
    void letsADiskWithASnapshotIn() throws IOException {
        Path disk = make("create", "-q", "-f", "qcow2", "@", "64M");
        run("snapshot", "-c", "before", disk.toString());

        assertThat(inspect(disk, Format.QCOW2)).isEqualTo(64L << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "qcow2"})
    void refusesABackingFileAndShowsNothingOfIt(String format) throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "the secret".repeat(1000));
        Path base = directory.resolve("base");
        run("convert", "-f", "raw", "-O", format, secret.toString(), base.toString());

        Path disk = make("create", "-q", "-f", "qcow2", "-b", base.toString(), "-F", format, "@");

        assertThatThrownBy(() -> inspect(disk, Format.QCOW2)).isInstanceOf(StorageException.class).hasMessageContaining("backing file")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesAnExternalDataFile() throws IOException {
        Path data = directory.resolve("data");
        Path disk = make("create", "-q", "-f", "qcow2", "-o", "data_file=" + data + ",data_file_raw=on", "@", "1M");

        assertThatThrownBy(() -> inspect(disk, Format.QCOW2)).isInstanceOf(StorageException.class).hasMessageContaining("another file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmdk", "vdi", "vhdx", "vpc", "qed", "parallels", "qcow", "qcow2"})
    void refusesEveryOtherFormatThatIsDeclaredRaw(String format) throws IOException {
        Path disk = make("create", "-q", "-f", format, "@", "64M");

        assertThatThrownBy(() -> inspect(disk, Format.RAW)).isInstanceOf(StorageException.class).hasMessageContaining("looks like");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmdk", "vdi", "vhdx", "vpc", "qed", "parallels", "qcow", "raw"})
    void refusesEveryOtherFormatThatIsDeclaredQcow2(String format) throws IOException {
        Path disk = make("create", "-q", "-f", format, "@", "64M");

        assertThatThrownBy(() -> inspect(disk, Format.QCOW2)).isInstanceOf(StorageException.class);
    }

    @Test
    void refusesASmallFileThatClaimsAHugeDisk() throws IOException {
        Path disk = make("create", "-q", "-f", "qcow2", "-o", "cluster_size=2M", "@", "500T");

        assertThat(Files.size(disk)).isLessThan(16L << 20);
        assertThatThrownBy(() -> inspect(disk, Format.QCOW2)).isInstanceOf(StorageException.class).hasMessageContaining("allowed");
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 1 << 29, (1 << 29) + (1 << 20), 1L << 40, 16L << 40})
    void findsNothingWrongWithABlankDiskOfOurs(long size) throws IOException {
        Path disk = directory.resolve("blank.qcow2");
        try (FileChannel file = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Qcow2Blank.write(file, size);
        }

        run("check", "-q", "-f", "qcow2", disk.toString());
        try (FileChannel file = FileChannel.open(disk)) {
            assertThat(DiskInspection.size(file, Format.QCOW2, Long.MAX_VALUE)).isEqualTo(size);
        }
        io(disk, "write -q -P 7 " + (size - 4096) + " 4k", "write -q -P 8 0 4k", "read -q -P 7 " + (size - 4096) + " 4k",
                "read -q -P 0 4k " + Math.min(size / 2, 1 << 20));
        run("check", "-q", "-f", "qcow2", disk.toString());
    }

    private void io(Path disk, String... commands) throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2"));
        for (String each : commands) {
            command.addAll(List.of("-c", each));
        }
        command.add(disk.toString());
        Program.run(command, directory, Optional.empty(), Duration.ofMinutes(1));
    }

    private Path make(String... arguments) throws IOException {
        Path disk = directory.resolve("disk");
        List<String> command = new ArrayList<>(List.of(arguments));
        command.replaceAll(argument -> argument.equals("@") ? disk.toString() : argument);
        run(command.toArray(String[]::new));
        return disk;
    }

    private void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        Program.run(command, directory, Optional.empty(), Duration.ofMinutes(1));
    }

    private static long inspect(Path disk, Format declared) throws IOException {
        try (FileChannel channel = FileChannel.open(disk)) {
            return DiskInspection.size(channel, declared, TIB);
        }
    }
}
