package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the builder of a guest needs to know of a 64-bit little-endian ELF file. The files are the distribution's, so they are believed. */
final class ElfFile {

    private static final int MAGIC = 0x7f454c46;
    private static final int NOTE_SEGMENT = 4;
    private static final int NEEDED_TAG = 1;
    /** Xen's note with the 32-bit entry point: QEMU can start a kernel that has it without any boot loader. */
    private static final int PVH_ENTRY_NOTE = 18;

    private final ByteBuffer in;
    private final Map<String, ByteBuffer> sections;

    private ElfFile(ByteBuffer in) {
        this.in = in;
        this.sections = sections(in);
    }

    static ElfFile read(Path file) throws IOException {
        return of(Files.readAllBytes(file)).orElseThrow(() -> new IOException(file + " is not an ELF file"));
    }

    /** Empty if these are not the bytes of such a file. */
    static Optional<ElfFile> of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean elf = bytes.length > 64 && Integer.reverseBytes(in.getInt(0)) == MAGIC && bytes[4] == 2 && bytes[5] == 1;
        return elf ? Optional.of(new ElfFile(in)) : Optional.empty();
    }

    /** The program that loads this one, e.g. {@code /lib64/ld-linux-x86-64.so.2}; empty if this is linked statically. */
    Optional<String> interpreter() {
        return section(".interp").map(text -> string(text, 0));
    }

    /** The names of the shared libraries that it is linked to. */
    List<String> needed() {
        List<String> names = new ArrayList<>();
        ByteBuffer dynamic = section(".dynamic").orElse(ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN));
        for (int at = 0; at + 16 <= dynamic.limit(); at += 16) {
            if (dynamic.getLong(at) == NEEDED_TAG) {
                names.add(string(section(".dynstr").orElseThrow(), (int) dynamic.getLong(at + 8)));
            }
        }
        return names;
    }

    /** What a kernel module says of itself under a key, e.g. {@code depends}. */
    Optional<String> moduleInfo(String key) {
        Optional<ByteBuffer> info = section(".modinfo");
        if (info.isEmpty()) {
            return Optional.empty();
        }
        for (String entry : US_ASCII.decode(info.get()).toString().split("\0")) {
            if (entry.startsWith(key + "=")) {
                return Optional.of(entry.substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** Whether QEMU can start this kernel as it is. */
    boolean hasPvhEntry() {
        int headers = (int) in.getLong(32);
        for (int i = 0; i < in.getShort(56); i++) {
            int header = headers + i * in.getShort(54);
            if (in.getInt(header) == NOTE_SEGMENT && hasNote((int) in.getLong(header + 8), (int) in.getLong(header + 32))) {
                return true;
            }
        }
        return false;
    }

    private boolean hasNote(int from, int length) {
        int at = from;
        while (at + 12 <= from + length) {
            int nameLength = in.getInt(at);
            if (in.getInt(at + 8) == PVH_ENTRY_NOTE && nameLength == 4 && string(in, at + 12).equals("Xen")) {
                return true;
            }
            at += 12 + (nameLength + 3) / 4 * 4 + (in.getInt(at + 4) + 3) / 4 * 4;
        }
        return false;
    }

    private Optional<ByteBuffer> section(String name) {
        return Optional.ofNullable(sections.get(name)).map(section -> section.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }

    private static Map<String, ByteBuffer> sections(ByteBuffer in) {
        int table = (int) in.getLong(40);
        int entry = in.getShort(58);
        int count = in.getShort(60);
        int names = count == 0 ? 0 : (int) in.getLong(table + in.getShort(62) * entry + 24);
        Map<String, ByteBuffer> found = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int header = table + i * entry;
            int offset = (int) in.getLong(header + 24);
            int length = (int) in.getLong(header + 32);
            if (offset >= 0 && length >= 0 && length <= in.limit() - offset) { // .bss has a length and no bytes
                found.putIfAbsent(string(in, names + in.getInt(header)), in.slice(offset, length));
            }
        }
        return found;
    }

    private static String string(ByteBuffer bytes, int from) {
        int end = from;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - from];
        bytes.get(from, text);
        return new String(text, US_ASCII);
    }
}
