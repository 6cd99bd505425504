package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk as somebody brings it: an MBR, a partition that it starts, and on that one syslinux, which starts a kernel. */
final class BootDisk {

    private static final Path MBR = Path.of("/usr/lib/SYSLINUX/mbr.bin");
    private static final int MIB = 64;
    private static final int SECTOR = 512;
    private static final int FIRST = 2048;
    private static final String CONFIGURATION = """
            SERIAL 0 115200
            DEFAULT linux
            LABEL linux
            KERNEL vmlinuz
            APPEND initrd=initrd console=ttyS0 panic=1 %s
            """;

    private BootDisk() {
    }

    /** @param word of the kernel's command line, which nobody but this disk can have given it */
    static Path make(Path directory, Path vmlinuz, Path initrd, String word) throws IOException, InterruptedException {
        Path disk = directory.resolve("boot.raw");
        int sectors = (MIB << 20) / SECTOR - FIRST;
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength((long) MIB << 20);
            file.write(Files.readAllBytes(MBR));
            ByteBuffer partition = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            partition.put((byte) 0x80).put(new byte[3]).put((byte) 0x0c).put(new byte[3]).putInt(FIRST).putInt(sectors);
            file.seek(446);
            file.write(partition.array());
            file.seek(510);
            file.write(0x55);
            file.write(0xaa);
        }
        Path configuration = Files.write(directory.resolve("syslinux.cfg"), CONFIGURATION.formatted(word).getBytes(US_ASCII));
        String where = disk + "@@" + FIRST * SECTOR;
        run("mformat", "-i", where, "-T", Integer.toString(sectors), "-h", "64", "-s", "32", "-H", Integer.toString(FIRST), "-F", "::");
        run("mcopy", "-i", where, vmlinuz.toString(), "::vmlinuz");
        run("mcopy", "-i", where, initrd.toString(), "::initrd");
        run("mcopy", "-i", where, configuration.toString(), "::");
        run("syslinux", "--offset", Integer.toString(FIRST * SECTOR), "--install", disk.toString());
        return disk;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(command) + ": " + output);
        }
    }
}
