package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bytes of a small ELF file. */
final class ElfBytes {

    private static final int HEADER = 64;
    private static final int SECTION = 64;
    private static final int SEGMENT = 56;

    private ElfBytes() {
    }

    /** A kernel, with or without the note that says where QEMU may enter it. */
    static byte[] kernel(boolean withNote) {
        byte[] note = ByteBuffer.allocate(12 + 8 + 12 + 4 + 4).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4).putInt(5).putInt(6).put("Xen\0linux\0\0\0".getBytes(US_ASCII)) // another note first, with padding
                .putInt(4).putInt(4).putInt(withNote ? 18 : 17).put("Xen\0".getBytes(US_ASCII)).array();
        ByteBuffer file = ByteBuffer.allocate(HEADER + SEGMENT + note.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        header(file).putLong(32, HEADER).putShort(54, (short) SEGMENT).putShort(56, (short) 1);
        file.putInt(HEADER, 4).putLong(HEADER + 8, HEADER + SEGMENT).putLong(HEADER + 32, note.length + 4);
        file.position(HEADER + SEGMENT);
        return file.put(note).array();
    }

    /** A kernel module. */
    static byte[] module(String info) {
        return withSections(Map.of(".modinfo", info.getBytes(US_ASCII)));
    }

    static byte[] withSections(Map<String, byte[]> contents) {
        Map<String, byte[]> sections = new LinkedHashMap<>(contents);
        sections.put(".names", (String.join("\0", contents.keySet()) + "\0.names\0").getBytes(US_ASCII));
        int size = sections.values().stream().mapToInt(content -> content.length + SECTION).sum();
        ByteBuffer file = ByteBuffer.allocate(HEADER + size).order(ByteOrder.LITTLE_ENDIAN);
        int data = HEADER + sections.size() * SECTION;
        int name = 0;
        int header = HEADER;
        for (Map.Entry<String, byte[]> section : sections.entrySet()) {
            file.putInt(header, name).putLong(header + 24, data).putLong(header + 32, section.getValue().length);
            file.position(data);
            file.put(section.getValue());
            data += section.getValue().length;
            name += section.getKey().length() + 1;
            header += SECTION;
        }
        header(file).putLong(40, HEADER).putShort(58, (short) SECTION).putShort(60, (short) sections.size())
                .putShort(62, (short) (sections.size() - 1));
        return file.array();
    }

    private static ByteBuffer header(ByteBuffer file) {
        return file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    }
}
