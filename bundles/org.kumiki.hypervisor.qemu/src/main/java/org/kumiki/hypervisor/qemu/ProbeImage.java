package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest initial RAM disk that proves that a kernel got as far as user space: its one program writes a line to the console and
 * restarts the machine.
 */
final class ProbeImage {

    static final String PROOF = "kumiki: user space reached";

    private static final int ADDRESS = 0x400000;
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;

    private ProbeImage() {
    }

    /** A cpio archive of the form "newc". */
    static byte[] bytes() {
        var archive = new ByteArrayOutputStream();
        entry(archive, "dev", 0040755, 0, 0, new byte[0]);
        entry(archive, "dev/console", 0020600, 5, 1, new byte[0]);
        entry(archive, "init", 0100755, 0, 0, program());
        entry(archive, "TRAILER!!!", 0, 0, 0, new byte[0]);
        return archive.toByteArray();
    }

    private static void entry(ByteArrayOutputStream archive, String name, int mode, int major, int minor, byte[] content) {
        StringBuilder header = new StringBuilder("070701");
        int[] fields = { 0, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length() + 1, 0 };
        for (int field : fields) {
            header.append(String.format("%08X", field));
        }
        archive.writeBytes((header + name + "\0").getBytes(US_ASCII));
        pad(archive);
        archive.writeBytes(content);
        pad(archive);
    }

    private static void pad(ByteArrayOutputStream archive) {
        archive.writeBytes(new byte[-archive.size() & 3]);
    }

    /** A static ELF program for x86-64: write(1, proof), reboot(restart), and a loop in case neither helps. */
    private static byte[] program() {
        byte[] text = ("\n" + PROOF + "\n").getBytes(UTF_8);
        ByteBuffer code = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        code.put((byte) 0xB8).putInt(1);                        // mov eax, write
        code.put((byte) 0xBF).putInt(1);                        // mov edi, 1
        code.put((byte) 0xBE);                                  // mov esi, text
        int reference = code.position();
        code.putInt(0);
        code.put((byte) 0xBA).putInt(text.length);              // mov edx, length
        code.put((byte) 0x0F).put((byte) 0x05);                 // syscall
        code.put((byte) 0xB8).putInt(169);                      // mov eax, reboot
        code.put((byte) 0xBF).putInt(0xFEE1DEAD);               // mov edi, LINUX_REBOOT_MAGIC1
        code.put((byte) 0xBE).putInt(0x28121969);               // mov esi, LINUX_REBOOT_MAGIC2
        code.put((byte) 0xBA).putInt(0x01234567);               // mov edx, LINUX_REBOOT_CMD_RESTART
        code.put((byte) 0x0F).put((byte) 0x05);                 // syscall
        code.put((byte) 0xEB).put((byte) 0xFE);                 // jmp here
        int headers = ELF_HEADER + PROGRAM_HEADER;
        code.putInt(reference, ADDRESS + headers + code.position());
        int size = headers + code.position() + text.length;

        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] { 0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 });
        elf.putShort((short) 2).putShort((short) 62).putInt(1);                 // an executable, for x86-64, version 1
        elf.putLong(ADDRESS + headers).putLong(ELF_HEADER).putLong(0);          // entry, program headers, no section headers
        elf.putInt(0).putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS);   // loaded, to be read and executed
        elf.putLong(size).putLong(size).putLong(0x1000);
        return elf.put(code.flip()).put(text).array();
    }
}
