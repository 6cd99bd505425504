package org.kumiki.hypervisor.libvirt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The smallest system of a machine (PC, i440FX): it fits into the first sector of its disk, and is up at once. It says who it is on its serial port,
 * switches the machine off when its power button is pressed, and lets go of a device that is to be taken away.
 */
final class BootSector {

    private static final int SECTOR = 512;
    private static final int LOADED_AT = 0x7c00;
    private static final String CODE = ("""
            31c0 8ed8         # xor ax,ax; mov ds,ax
            ba0206 b80001 ef  # enable the power button:         out 0x602, 0x100
            be{text} baf803   # mov si,text; mov dx,0x3f8
            ac 84c0 7403      # next: lodsb; test al,al; jz loop
            ee ebf8           # out dx,al; jmp next
            fb f4             # loop: sti; hlt                   (the clock wakes it)
            ba0006 ed         # was the button pressed?          in ax, 0x600
            f6c401 7407       # test ah,1; jz eject
            ba0406 b80020 ef  # off:                             out 0x604, 0x2000
            ba04ae 66ed       # eject: which devices are to go?  in eax, 0xae04
            6685c0 74e4       # test eax,eax; jz loop
            ba08ae 66ef       # let go of them:                  out 0xae08, eax
            ebdd              # jmp loop
            """).replaceAll("#.*", "").replaceAll("\\s", "");

    private BootSector() {
    }

    /** What such a system says. */
    static String signature(Object guest) {
        return "kumiki guest " + guest + ".";
    }

    /** A raw disk with such a system on it. */
    static void write(Path disk, int mebibytes, Object guest) {
        int length = CODE.replace("{text}", "0000").length() / 2;
        ByteBuffer address = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) (LOADED_AT + length));
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).put(HexFormat.of().parseHex(CODE.replace("{text}", HexFormat.of()
                .formatHex(address.array()))))
                .put((signature(guest) + "\r\n").getBytes(US_ASCII)).put((byte) 0).putShort(SECTOR - 2, (short) 0x55aa);
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
            file.write(sector.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
