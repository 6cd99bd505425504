package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The smallest system of an HVM guest: it fits into the first sector of its disk. It says who it is on its serial port, and switches the machine off
 * when its power button is pressed. The ports are those of Xen's ACPI.
 */
final class BootSector {

    private static final int SECTOR = 512;
    private static final int DISK = 1 << 20;
    private static final int LOADED_AT = 0x7c00;
    private static final String CODE = ("""
            31c0 8ed8         # xor ax,ax; mov ds,ax
            ba02b0 b80001 ef  # enable the power button:         out 0xb002, 0x100
            be{text} baf803   # mov si,text; mov dx,0x3f8
            ac 84c0 7403      # next: lodsb; test al,al; jz loop
            ee ebf8           # out dx,al; jmp next
            fb f4             # loop: sti; hlt                   (the clock wakes it)
            ba00b0 ed         # was the button pressed?          in ax, 0xb000
            f6c401 74f6       # test ah,1; jz loop
            ba04b0 b80020 ef  # off:                             out 0xb004, 0x2000
            ebed              # jmp loop
            """).replaceAll("#.*", "").replaceAll("\\s", "");

    private BootSector() {
    }

    /** A raw disk of 1 MiB with such a system on it, which says that it is ready as all guests of the tests do. */
    static byte[] disk(Object guest) {
        int length = CODE.replace("{text}", "0000").length() / 2;
        ByteBuffer address = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) (LOADED_AT + length));
        return ByteBuffer.allocate(DISK).put(HexFormat.of().parseHex(CODE.replace("{text}", HexFormat.of().formatHex(address.array()))))
                .put(("kumiki guest " + guest + " ready\r\n").getBytes(US_ASCII)).put((byte) 0).putShort(SECTOR - 2, (short) 0x55aa).array();
    }
}
