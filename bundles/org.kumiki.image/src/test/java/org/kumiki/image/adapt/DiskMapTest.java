package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.adapt.Part.Content;

class DiskMapTest {

    private static final int MIB = 1 << 20;
    private static final int SECTOR = 512;

    @TempDir
    Path directory;

    private final ByteBuffer disk = ByteBuffer.allocate(16 * MIB).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void readsPrimaryAndLogicalPartitions() throws IOException {
        mbr(0, 0, 0x83, 2048, 4096);
        mbr(0, 1, 0x05, 8192, 20000);
        mbr(8192 * SECTOR, 0, 0x82, 8, 1000);
        mbr(8192 * SECTOR, 1, 0x05, 4000, 5000);
        mbr((8192 + 4000) * SECTOR, 0, 0x83, 16, 2000);
        ext(2048 * SECTOR);
        swap((8192 + 8) * SECTOR);

        assertThat(parts()).containsExactly(new Part(1, 2048 * SECTOR, 4096 * SECTOR, Content.EXT, "01020304-0506-0708-090a-0b0c0d0e0f10"),
                new Part(5, (8192 + 8) * SECTOR, 1000 * SECTOR, Content.SWAP, "01020304-0506-0708-090a-0b0c0d0e0f10"),
                new Part(6, (8192 + 4000 + 16) * SECTOR, 2000 * SECTOR, Content.UNKNOWN, ""));
    }

    @Test
    void readsGpt() throws IOException {
        mbr(0, 0, 0xee, 1, 32767);
        disk.put(SECTOR, "EFI PART".getBytes(ISO_8859_1)).putLong(SECTOR + 72, 2).putInt(SECTOR + 80, 4).putInt(SECTOR + 84, 128);
        disk.putLong(2 * SECTOR + 128, 7).putLong(2 * SECTOR + 128 + 32, 4096).putLong(2 * SECTOR + 128 + 40, 8191);
        disk.put(4096 * SECTOR, "XFSB".getBytes(ISO_8859_1));

        assertThat(parts()).containsExactly(new Part(2, 4096 * SECTOR, 4096 * SECTOR, Content.XFS, ""));
    }

    @Test
    void takesADiskWithoutATableAsOnePart() throws IOException {
        ext(0);

        assertThat(parts()).containsExactly(new Part(0, 0, 16 * MIB, Content.EXT, "01020304-0506-0708-090a-0b0c0d0e0f10"));
    }

    @Test
    void refusesTablesThatLie() {
        mbr(0, 0, 0x83, 2048, 1 << 30);
        assertThatThrownBy(this::parts).hasMessageContaining("not on the disk");

        mbr(0, 0, 0x05, 100, 100);
        mbr(100 * SECTOR, 0, 0x83, 1, 1);
        mbr(100 * SECTOR, 1, 0x05, 0, 1);
        disk.putInt(100 * SECTOR + 470, 100).putInt(200 * SECTOR + 470, 100);
        mbr(200 * SECTOR, 0, 0x83, 1, 1);
        assertThatThrownBy(this::parts).isInstanceOf(IOException.class);
    }

    @Test
    void survivesNonsense() throws IOException {
        mbr(0, 0, 0xee, 1, 32767);
        disk.put(SECTOR, "EFI PART".getBytes(ISO_8859_1)).putLong(SECTOR + 72, 2).putInt(SECTOR + 80, 4).putInt(SECTOR + 84, 128);
        byte[] good = disk.array().clone();
        Random random = new Random(42);
        int answers = 0;
        for (int round = 0; round < 300; round++) {
            disk.put(0, good, 0, 4096);
            for (int change = 0; change < 6; change++) {
                disk.put(446 + random.nextInt(700), (byte) random.nextInt(256));
            }
            disk.putShort(510, (short) 0xaa55);
            try {
                parts();
                answers++;
            } catch (IOException | ArithmeticException e) {
                assertThat(e).isInstanceOf(IOException.class);
            }
        }
        assertThat(answers).isPositive();
    }

    private void mbr(int at, int entry, int type, int start, int length) {
        disk.putShort(at + 510, (short) 0xaa55).put(at + 446 + 16 * entry + 4, (byte) type).putInt(at + 446 + 16 * entry + 8, start)
                .putInt(at + 446 + 16 * entry + 12, length);
    }

    private void ext(int at) {
        disk.putShort(at + 1024 + 0x38, (short) 0xef53);
        uuid(at + 1024 + 0x68);
    }

    private void swap(int at) {
        disk.put(at + 4086, "SWAPSPACE2".getBytes(ISO_8859_1));
        uuid(at + 0x40c);
    }

    private void uuid(int at) {
        for (int number = 0; number < 16; number++) {
            disk.put(at + number, (byte) (number + 1));
        }
    }

    private List<Part> parts() throws IOException {
        Path file = Files.write(directory.resolve("disk"), disk.array());
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            return DiskMap.of(open);
        }
    }
}
