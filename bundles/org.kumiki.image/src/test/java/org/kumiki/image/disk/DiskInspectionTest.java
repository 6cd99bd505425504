package org.kumiki.image.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.storage.Disk.Format;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/** Threats T01 to T05 on disks that were made byte by byte, so that they are tested on every machine. */
class DiskInspectionTest {

    private static final long TIB = 1L << 40;

    @TempDir
    Path directory;

    @Test
    void letsAPlainDiskInAndSaysItsSize() throws IOException {
        assertThat(size(new Qcow2Bytes())).isEqualTo(1L << 30);
    }

    @Test
    void letsADiskOfTheOldVersionIn() throws IOException {
        assertThat(size(new Qcow2Bytes().putInt(4, 2).putInt(96, 0).putInt(100, 0))).isEqualTo(1L << 30);
    }

    @Test
    void letsHarmlessExtensionsIn() throws IOException {
        assertThat(size(new Qcow2Bytes().extension(Qcow2Bytes.FEATURE_NAMES, "names of features").extension(0x12345678, "unknown")))
                .isEqualTo(1L << 30);
    }

    @Test
    void letsSnapshotsIn() throws IOException {
        assertThat(size(new Qcow2Bytes().putInt(60, 2).putLong(64, 2 * Qcow2Bytes.CLUSTER))).isEqualTo(1L << 30);
    }

    @Test
    void letsZstdCompressionAndSmallClustersOfLargeTablesIn() throws IOException {
        assertThat(size(new Qcow2Bytes().putLong(72, 1 << 3).putInt(100, 112).putInt(104, 1 << 24))).isEqualTo(1L << 30);
    }

    static Stream<Arguments> evilDisks() {
        return Stream.of(
                Arguments.of("backing file", new Qcow2Bytes().putLong(8, 512).putInt(16, 11)),
                Arguments.of("backing file", new Qcow2Bytes().putLong(8, 512)),
                Arguments.of("backing file", new Qcow2Bytes().putInt(16, 11)),
                Arguments.of("backing file", new Qcow2Bytes().putLong(8, -1)),
                Arguments.of("backing file", new Qcow2Bytes().putInt(4, 2).putLong(8, 512).putInt(16, 11)),
                Arguments.of("backing file", new Qcow2Bytes().extension(Qcow2Bytes.BACKING_FORMAT, "raw")),
                Arguments.of("in another file", new Qcow2Bytes().putLong(72, 1 << 2)),
                Arguments.of("in another file", new Qcow2Bytes().extension(Qcow2Bytes.DATA_FILE, "/etc/shadow")),
                Arguments.of("in another file", new Qcow2Bytes().putInt(4, 2).extension(Qcow2Bytes.DATA_FILE, "/etc/shadow")),
                Arguments.of("in another file", new Qcow2Bytes().extension(Qcow2Bytes.FEATURE_NAMES, "x")
                        .extension(Qcow2Bytes.DATA_FILE, "/etc/shadow")),
                Arguments.of("encrypted", new Qcow2Bytes().putInt(32, 1)),
                Arguments.of("encrypted", new Qcow2Bytes().putInt(32, 2)),
                Arguments.of("encrypted", new Qcow2Bytes().extension(Qcow2Bytes.ENCRYPTION, "0123456789abcdef")),
                Arguments.of("closed properly", new Qcow2Bytes().putLong(72, 1)),
                Arguments.of("damaged", new Qcow2Bytes().putLong(72, 2)),
                Arguments.of("unknown here: 0x20", new Qcow2Bytes().putLong(72, 1 << 5)),
                Arguments.of("unknown here: 0x8000000000000000", new Qcow2Bytes().putLong(72, Long.MIN_VALUE)),
                Arguments.of("compressed", new Qcow2Bytes().putLong(72, 1 << 3).putInt(100, 112).putInt(104, 2 << 24)),
                Arguments.of("version", new Qcow2Bytes().putInt(4, 1)),
                Arguments.of("version", new Qcow2Bytes().putInt(4, 4)),
                Arguments.of("version", new Qcow2Bytes().putInt(4, -1)),
                Arguments.of("clusters", new Qcow2Bytes().putInt(20, 8)),
                Arguments.of("clusters", new Qcow2Bytes().putInt(20, 22)),
                Arguments.of("clusters", new Qcow2Bytes().putInt(20, -1)),
                Arguments.of("length", new Qcow2Bytes().putInt(100, 72)),
                Arguments.of("length", new Qcow2Bytes().putInt(100, 0)),
                Arguments.of("length", new Qcow2Bytes().putInt(100, 105)),
                Arguments.of("length", new Qcow2Bytes().putInt(100, Integer.MAX_VALUE - 7)),
                Arguments.of("length", new Qcow2Bytes().putInt(100, Integer.MIN_VALUE)),
                Arguments.of("length", new Qcow2Bytes().putInt(100, Qcow2Bytes.CLUSTER + 8)),
                Arguments.of("extensions", new Qcow2Bytes().putInt(104, 1).putInt(108, Qcow2Bytes.CLUSTER)),
                Arguments.of("extensions", new Qcow2Bytes().putInt(104, 1).putInt(108, -1)),
                Arguments.of("no size", new Qcow2Bytes().putLong(24, 0)),
                Arguments.of("no size", new Qcow2Bytes().putLong(24, -1)),
                Arguments.of("allowed", new Qcow2Bytes().putLong(24, TIB + 1)),
                Arguments.of("allowed", new Qcow2Bytes().putLong(24, 500 * TIB)),
                Arguments.of("allowed", new Qcow2Bytes().putLong(24, Long.MAX_VALUE)),
                Arguments.of("too small", new Qcow2Bytes().putLong(24, TIB)),
                Arguments.of("L1 table", new Qcow2Bytes().putLong(40, 0)),
                Arguments.of("L1 table", new Qcow2Bytes().putLong(40, -Qcow2Bytes.CLUSTER)),
                Arguments.of("L1 table", new Qcow2Bytes().putLong(40, 3 * Qcow2Bytes.CLUSTER + 512)),
                Arguments.of("L1 table", new Qcow2Bytes().putLong(40, 4 * Qcow2Bytes.CLUSTER)),
                Arguments.of("L1 table", new Qcow2Bytes().putInt(36, -1)),
                Arguments.of("reference table", new Qcow2Bytes().putLong(48, 0)),
                Arguments.of("reference table", new Qcow2Bytes().putInt(56, -1)),
                Arguments.of("reference table", new Qcow2Bytes().putInt(56, 129)),
                Arguments.of("width", new Qcow2Bytes().putInt(96, 7)),
                Arguments.of("width", new Qcow2Bytes().putInt(96, -1)),
                Arguments.of("too many snapshots", new Qcow2Bytes().putInt(60, 65_537).putLong(64, 2 * Qcow2Bytes.CLUSTER)),
                Arguments.of("snapshot table", new Qcow2Bytes().putInt(60, 1).putLong(64, 8 * Qcow2Bytes.CLUSTER)));
    }

    @ParameterizedTest
    @MethodSource("evilDisks")
    void refusesAnEvilDiskAndSaysWhy(String why, Qcow2Bytes disk) {
        assertRefused(disk.bytes(), Format.QCOW2, why);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 71, 72, 100, 103})
    void refusesADiskThatIsCutOff(int length) {
        assertRefused(Arrays.copyOf(new Qcow2Bytes().bytes(), length), Format.QCOW2, "");
    }

    @Test
    void refusesRawBytesThatAreDeclaredQcow2() {
        assertRefused(new byte[1 << 20], Format.QCOW2, "not a qcow2 disk");
    }

    static Stream<Arguments> signatures() {
        return Stream.of(
                Arguments.of("qcow", 0, "QFI\u00fb\0\0\0\3"),
                Arguments.of("qcow", 0, "QFI\u00fb\0\0\0\1"),
                Arguments.of("QED", 0, "QED\0"),
                Arguments.of("VMDK", 0, "KDMV"),
                Arguments.of("VMDK", 0, "COWD"),
                Arguments.of("VMDK", 0, "# Disk DescriptorFile\nversion=1\nRW 1 FLAT \"/etc/shadow\" 0\n"),
                Arguments.of("VHDX", 0, "vhdxfile"),
                Arguments.of("VHD", 0, "conectix"),
                Arguments.of("VHD", (1 << 20) - 512, "conectix"),
                Arguments.of("VDI", 64, "\u007f\u0010\u00da\u00be"),
                Arguments.of("Parallels", 0, "WithoutFreeSpace"),
                Arguments.of("Parallels", 0, "WithouFreSpacExt"),
                Arguments.of("Bochs", 0, "Bochs Virtual HD Image"),
                Arguments.of("cloop", 0, "#!/bin/sh\n#V2.0 Format\n"),
                Arguments.of("LUKS", 0, "LUKS\u00ba\u00be"),
                Arguments.of("DMG", (1 << 20) - 512, "koly"),
                Arguments.of("gzip", 0, "\u001f\u008b"),
                Arguments.of("xz", 0, "\u00fd7zXZ\0"),
                Arguments.of("zstd", 0, "\u0028\u00b5\u002f\u00fd"),
                Arguments.of("zip", 0, "PK\u0003\u0004"),
                Arguments.of("tar", 257, "ustar"));
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void refusesARawDiskThatCouldBeTakenForSomethingElse(String what, int position, String magic) {
        byte[] disk = new byte[1 << 20];
        byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, disk, position, bytes.length);

        assertRefused(disk, Format.RAW, what);
    }

    @Test
    void letsARawDiskIn() throws IOException {
        byte[] bootable = new byte[1 << 20];
        bootable[510] = 0x55;
        bootable[511] = (byte) 0xaa;

        assertThat(inspect(bootable, Format.RAW, TIB)).isEqualTo(1 << 20);
    }

    @Test
    void refusesARawDiskOfPartOfASector() {
        assertRefused(new byte[1000], Format.RAW, "sectors");
        assertRefused(new byte[0], Format.RAW, "sectors");
    }

    @Test
    void refusesARawDiskThatIsTooLarge() {
        assertThatThrownBy(() -> inspect(new byte[4096], Format.RAW, 2048)).isInstanceOf(StorageException.class)
                .hasMessageContaining("allowed");
    }

    private long size(Qcow2Bytes disk) throws IOException {
        return inspect(disk.bytes(), Format.QCOW2, TIB);
    }

    private void assertRefused(byte[] bytes, Format declared, String why) {
        assertThatThrownBy(() -> inspect(bytes, declared, TIB)).isInstanceOf(StorageException.class).hasMessageContaining(why)
                .extracting(e -> ((StorageException) e).reason()).isEqualTo(Reason.REFUSED);
    }

    private long inspect(byte[] bytes, Format declared, long mostBytes) throws IOException {
        Path file = Files.write(directory.resolve("disk"), bytes);
        try (FileChannel disk = FileChannel.open(file)) {
            return DiskInspection.size(disk, declared, mostBytes);
        }
    }
}
