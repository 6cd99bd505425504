package org.kumiki.testing.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The smallest system of a PC: it fits into the first sector of its disk, and is up at once. It says on its serial port that it is ready, and that it
 * goes, when its power button is pressed, before it switches the machine off. Where the ports of ACPI are depends on the machine.
 */
public enum BootSector {
    /** QEMU's i440FX. Such a system lets go of a device that is to be taken away, too. */
    QEMU(0x600, """
            ba04ae 66ed       # over: which devices are to go?   mov dx,0xae04; in eax,dx
            6685c0 74de       # test eax,eax; jz loop
            ba08ae 66ef       # let go of them:                  mov dx,0xae08; out dx,eax
            ebd7              # jmp loop
            """),
    /** An HVM guest of Xen. */
    XEN(0xb000, """
            ebe6              # over: jmp loop
            """);

    private static final int SECTOR = 512;
    private static final int LOADED_AT = 0x7c00;
    private static final String CODE = """
            31c0 8ed8         # xor ax,ax; mov ds,ax
            eb0c              # jmp main
            baf803            # say: mov dx,0x3f8
            ac 84c0 7403      # next: lodsb; test al,al; jz said
            ee ebf8           # out dx,al; jmp next
            c3                # said: ret
            ba{enable} b80001 ef  # main: enable the power button: mov dx,enable; mov ax,0x100; out dx,ax
            be{ready} e8e7ff  # mov si,ready; call say
            fb f4             # loop: sti; hlt                   (the clock wakes it)
            ba{status} ed     # was the button pressed?          mov dx,status; in ax,dx
            f6c401 740d       # test ah,1; jz over
            be{off} e8d6ff    # mov si,off; call say
            ba{control} b80020 ef  # mov dx,control; mov ax,0x2000; out dx,ax
            """;

    private final int ports;
    private final String ending;

    /** @param ports where the machine's first three registers for power are: status, enable, control */
    BootSector(int ports, String ending) {
        this.ports = ports;
        this.ending = ending;
    }

    /** What such a system says when it is up. */
    public static String ready(Object guest) {
        return "kumiki guest " + guest + " ready";
    }

    /** What such a system says when its power button was pressed. */
    public static String off(Object guest) {
        return "kumiki guest " + guest + " goes off";
    }

    /** A raw disk with such a system on it. */
    public byte[] disk(Object guest, int mebibytes) {
        byte[] ready = line(ready(guest));
        String code = (CODE + ending).replaceAll("#.*", "").replaceAll("\\s", "");
        int length = code.replaceAll("\\{[a-z]*\\}", "0000").length() / 2;
        String located = code.replace("{ready}", word(LOADED_AT + length)).replace("{off}", word(LOADED_AT + length + ready.length))
                .replace("{status}", word(ports)).replace("{enable}", word(ports + 2)).replace("{control}", word(ports + 4));
        return ByteBuffer.allocate(mebibytes << 20).put(HexFormat.of().parseHex(located)).put(ready).put(line(off(guest)))
                .putShort(SECTOR - 2, (short) 0x55aa).array();
    }

    private static byte[] line(String text) {
        return (text + "\r\n\0").getBytes(US_ASCII);
    }

    private static String word(int value) {
        return HexFormat.of().formatHex(ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) value).array());
    }
}
