package org.kumiki.image.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.storage.StorageException;
import org.kumiki.image.Program;

/** Threats T01 to T05 on disks of other platforms, as QEMU makes them and as others forge them. */
class ForeignDisksTest {

    private static final long MIB = 1 << 20;
    private static final long MOST = 100 * MIB;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"VMDK, subformat=monolithicSparse", "VMDK, subformat=streamOptimized", "VDI, static=off", "VDI, static=on", "VHDX, subformat=dynamic",
            "VHDX, subformat=fixed", "VHD, 'subformat=dynamic,force_size=on'", "VHD, 'subformat=fixed,force_size=on'"})
    void letsInWhateverStandsAlone(ForeignFormat format, String options) throws IOException {
        assertThat(format.size(open(made(format, options, "64M")), MOST)).isBetween(64 * MIB, 64 * MIB + MIB / 8);
    }

    @ParameterizedTest
    @EnumSource
    void refusesADiskThatIsTooLarge(ForeignFormat format) throws IOException {
        Path disk = made(format, format == ForeignFormat.VHD ? "subformat=dynamic" : "", "1T");

        assertThatThrownBy(() -> format.size(open(disk), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("100 MiB are allowed");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsNotWhatItIsDeclaredToBe(ForeignFormat format) throws IOException {
        for (ForeignFormat other : ForeignFormat.values()) {
            if (other != format) {
                Path disk = made(other, "", "8M");
                assertThatThrownBy(() -> format.size(open(disk), MOST)).as(other + " as " + format).isInstanceOf(StorageException.class);
                Files.delete(disk);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"})
    void refusesVmdksOfSeveralFiles(String kind) throws IOException {
        Path disk = made(ForeignFormat.VMDK, "subformat=" + kind, "8M");

        assertThatThrownBy(() -> ForeignFormat.VMDK.size(open(disk), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("one file");
    }

    @Test
    void refusesAVmdkOverAnother() throws IOException {
        Path parent = made(ForeignFormat.VMDK, "", "8M");
        Path child = directory.resolve("child");
        run("create", "-q", "-f", "vmdk", "-b", parent.toString(), "-F", "vmdk", child.toString());

        assertThatThrownBy(() -> ForeignFormat.VMDK.size(open(child), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("parent disk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RW 16384 FLAT \"/etc/shadow\" 0", "rw 16384 VMFS \"other-flat.vmdk\"", "RW 16384", "RW 1 SPARSE \"a\"\nRW 1 SPARSE \"b\"",
            "createType=\"custom\"", "CID=1\nparentCID=12345678", " ParentFileNameHint = \"/etc/shadow\""})
    void refusesATextThatNamesOtherFiles(String lines) {
        String text = "# Disk DescriptorFile\nversion=1\n" + (lines.startsWith("createType") ? "" : "createType=\"monolithicSparse\"\n") + lines + "\n";

        assertThatThrownBy(() -> Vmdk.check(text)).isInstanceOf(StorageException.class).hasMessageContaining("stand alone");
    }

    @Test
    void refusesAVmdkWithoutASizeSinceProgramsReadItsTextInstead() throws IOException {
        Path disk = made(ForeignFormat.VMDK, "", "8M");
        write(disk, 12, ByteBuffer.allocate(8));

        assertThatThrownBy(() -> ForeignFormat.VMDK.size(open(disk), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("no size");
    }

    @Test
    void refusesAVmdkWhoseEndContradictsItsBeginning() throws IOException {
        Path disk = made(ForeignFormat.VMDK, "subformat=streamOptimized", "8M");
        ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(disk), 0, 512).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(56, -1);
        ByteBuffer footer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN).put(0, header.array(), 0, 512).putLong(12, 1L << 40);
        write(disk, 0, header);
        write(disk, Files.size(disk), footer);

        assertThatThrownBy(() -> ForeignFormat.VMDK.size(open(disk), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("contradict");
    }

    @Test
    void refusesDisksThatAreOnlyWhatDiffersFromAnother() throws IOException {
        Path vdi = made(ForeignFormat.VDI, "", "8M");
        write(vdi, 0x1b8, ByteBuffer.allocate(8).putLong(0, 7));
        Path vhd = made(ForeignFormat.VHD, "", "8M");
        write(vhd, 60, ByteBuffer.allocate(4).putInt(0, 4));
        Path vhdx = made(ForeignFormat.VHDX, "", "8M");
        byte[] bytes = Files.readAllBytes(vhdx);
        int parameters = indexOf(bytes, new byte[] {0x37, 0x67, (byte) 0xa1, (byte) 0xca, 0x36, (byte) 0xfa, 0x43, 0x4d});
        int table = parameters / (64 << 10) * (64 << 10);
        write(vhdx, table + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(parameters + 16) + 4, ByteBuffer.wrap(new byte[] {2}));

        assertThatThrownBy(() -> ForeignFormat.VDI.size(open(vdi), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("parent disk");
        assertThatThrownBy(() -> ForeignFormat.VHD.size(open(vhd), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("parent disk");
        assertThatThrownBy(() -> ForeignFormat.VHDX.size(open(vhdx), MOST)).isInstanceOf(StorageException.class).hasMessageContaining("parent disk");
    }

    /** Whatever is in a header, the answer is a size within bounds or a refusal. */
    @ParameterizedTest
    @EnumSource
    void survivesHeadersOfNonsense(ForeignFormat format) throws IOException {
        byte[] good = Files.readAllBytes(made(format, "", "8M"));
        Random random = new Random(4711);
        Path disk = directory.resolve("mutant");
        int answers = 0;
        for (int round = 0; round < 400; round++) {
            byte[] mutant = good.clone();
            for (int change = random.nextInt(8); change >= 0; change--) {
                int place = random.nextInt(4) == 0 ? random.nextInt(mutant.length) : random.nextInt(512);
                mutant[place] = (byte) random.nextInt(256);
            }
            Files.write(disk, random.nextInt(4) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant);
            try (FileChannel file = open(disk)) {
                assertThat(format.size(file, MOST)).isBetween(1L, MOST);
                answers++;
            } catch (StorageException e) {
                assertThat(e.reason()).isEqualTo(StorageException.Reason.REFUSED);
            }
        }
        assertThat(answers).isPositive();
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }

    private Path made(ForeignFormat format, String options, String size) throws IOException {
        Path disk = directory.resolve(format.driver());
        run("create", "-q", "-f", format.driver(), "-o", options.isEmpty() ? defaults(format) : options, disk.toString(), size);
        return disk;
    }

    private static String defaults(ForeignFormat format) {
        return switch (format) {
            case VMDK -> "subformat=monolithicSparse";
            case VDI -> "static=off";
            case VHDX, VHD -> "subformat=dynamic";
        };
    }

    private void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        Program.run(command, directory, Optional.empty(), Duration.ofMinutes(1));
    }

    private static void write(Path disk, long position, ByteBuffer bytes) throws IOException {
        try (FileChannel file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            file.write(bytes.rewind(), position);
        }
    }

    private static FileChannel open(Path disk) throws IOException {
        return FileChannel.open(disk, StandardOpenOption.READ);
    }
}
