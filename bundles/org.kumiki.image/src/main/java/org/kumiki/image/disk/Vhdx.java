package org.kumiki.image.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.kumiki.image.disk.Refusal.refused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.UUID;

/** Hyper-V's disks. Structures, their fields and offsets are those of Microsoft's [MS-VHDX]. */
final class Vhdx {

    private static final long REGIONS = 192 << 10;
    private static final int TABLE = 64 << 10;
    private static final int REGION = 32;
    private static final int MOST_ENTRIES = 2_047;
    private static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");
    private static final UUID PARAMETERS = UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
    private static final UUID SIZE = UUID.fromString("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
    private static final int HAS_PARENT = 2;

    private Vhdx() {
    }

    static long size(FileChannel file) throws IOException {
        expect(LittleEndian.read(file, 0, 8, "VHDX signature"), "vhdxfile");
        ByteBuffer regions = LittleEndian.read(file, REGIONS, TABLE, "VHDX region table");
        expect(regions, "regi");
        long metadata = find(regions, 16, regions.getInt(8), REGION, METADATA).map(at -> regions.getLong(at + 16))
                .orElseThrow(() -> refused("it has no VHDX metadata"));
        ByteBuffer table = LittleEndian.read(file, metadata, TABLE, "VHDX metadata");
        expect(table, "metadata");
        if ((item(file, metadata, table, PARAMETERS).getInt(4) & HAS_PARENT) != 0) {
            throw refused("it is only what differs from a parent disk, and a disk must stand alone; Hyper-V's \"Merge-VHD\" makes it one");
        }
        return item(file, metadata, table, SIZE).getLong(0);
    }

    private static ByteBuffer item(FileChannel file, long metadata, ByteBuffer table, UUID id) throws IOException {
        int entry = find(table, 32, table.getShort(10) & 0xffff, 32, id).orElseThrow(() -> refused("its VHDX metadata lacks what it must have"));
        return LittleEndian.read(file, metadata + Integer.toUnsignedLong(table.getInt(entry + 16)), 8, "VHDX metadata");
    }

    private static Optional<Integer> find(ByteBuffer table, int first, int count, int each, UUID id) {
        if (count < 0 || count > MOST_ENTRIES || first + count * each > table.limit()) {
            throw refused("its VHDX tables claim what cannot be");
        }
        Optional<Integer> found = Optional.empty();
        for (int at = first; at < first + count * each; at += each) {
            if (uuid(table, at).equals(id)) {
                if (found.isPresent()) {
                    throw refused("its VHDX tables say one thing twice");
                }
                found = Optional.of(at);
            }
        }
        return found;
    }

    /** The first three fields of a GUID are numbers, and so the other way round than the rest. */
    private static UUID uuid(ByteBuffer table, int at) {
        long high = Integer.toUnsignedLong(table.getInt(at)) << 32 | (table.getShort(at + 4) & 0xffffL) << 16 | table.getShort(at + 6) & 0xffffL;
        return new UUID(high, Long.reverseBytes(table.getLong(at + 8)));
    }

    private static void expect(ByteBuffer bytes, String signature) {
        if (!new String(bytes.array(), 0, signature.length(), ISO_8859_1).equals(signature)) {
            throw refused("it is not a VHDX disk");
        }
    }
}
