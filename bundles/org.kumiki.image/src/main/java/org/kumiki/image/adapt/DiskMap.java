package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.kumiki.image.adapt.Part.Content;

/** What a raw disk is divided into, by its own partition table: MBR with logical partitions, or GPT. A disk without one is one part. */
final class DiskMap {

    private static final int SECTOR = 512;
    private static final int MOST_PARTS = 128;
    private static final int PROTECTIVE = 0xee;
    private static final int FIRST_LOGICAL = 5;
    private static final List<Integer> EXTENDED = List.of(0x05, 0x0f, 0x85);
    private static final int LONGEST_LOOK = 68 << 10;

    private final FileChannel disk;
    private final List<Part> parts = new ArrayList<>();

    private DiskMap(FileChannel disk) {
        this.disk = disk;
    }

    /** @throws IOException also if the table claims what cannot be */
    static List<Part> of(FileChannel disk) throws IOException {
        DiskMap map = new DiskMap(disk);
        map.read();
        return List.copyOf(map.parts);
    }

    private void read() throws IOException {
        ByteBuffer first = bytes(0, SECTOR);
        if (first.limit() < SECTOR || first.getShort(510) != (short) 0xaa55 || content(0) != Content.UNKNOWN) {
            add(0, 0, disk.size());
        } else if ((first.get(450) & 0xff) == PROTECTIVE) {
            gpt();
        } else {
            mbr(first);
        }
    }

    private void mbr(ByteBuffer table) throws IOException {
        for (int entry = 0; entry < 4; entry++) {
            int at = 446 + 16 * entry;
            int type = table.get(at + 4) & 0xff;
            if (EXTENDED.contains(type)) {
                logical(sector(table, at + 8));
            } else if (type != 0) {
                add(entry + 1, sector(table, at + 8) * SECTOR, sector(table, at + 12) * SECTOR);
            }
        }
    }

    /** Logical partitions are a list of tables, each of which says where the next one is. */
    private void logical(long extended) throws IOException {
        long next = 0;
        for (int number = FIRST_LOGICAL; number < MOST_PARTS; number++) {
            ByteBuffer table = bytes((extended + next) * SECTOR, SECTOR);
            if (table.limit() < SECTOR || table.getShort(510) != (short) 0xaa55) {
                throw new IOException("the partition table is damaged: a logical partition is not where it should be");
            }
            add(number, (extended + next + sector(table, 454)) * SECTOR, sector(table, 458) * SECTOR);
            next = sector(table, 470);
            if (next == 0) {
                return;
            }
        }
        throw new IOException("the partition table has more logical partitions than anybody makes");
    }

    private void gpt() throws IOException {
        ByteBuffer header = bytes(SECTOR, SECTOR);
        if (!text(header, 0, 8).equals("EFI PART")) {
            throw new IOException("the partition table is damaged: there is no GPT where one is announced");
        }
        int size = header.getInt(84);
        int count = header.getInt(80);
        if (size < 128 || size > 4096 || count < 0 || count > 1024) {
            throw new IOException("the partition table is damaged: its GPT claims what cannot be");
        }
        ByteBuffer table = bytes(header.getLong(72) * SECTOR, Math.multiplyExact(count, size));
        for (int entry = 0; entry < count && (entry + 1) * size <= table.limit(); entry++) {
            int at = entry * size;
            if (table.getLong(at) != 0 || table.getLong(at + 8) != 0) {
                add(entry + 1, table.getLong(at + 32) * SECTOR, (table.getLong(at + 40) - table.getLong(at + 32) + 1) * SECTOR);
            }
        }
    }

    private void add(int number, long offset, long length) throws IOException {
        if (offset < 0 || length <= 0 || length > disk.size() || offset > disk.size() - length) {
            throw new IOException("the partition table is damaged: partition " + number + " is not on the disk");
        }
        Content content = content(offset);
        parts.add(new Part(number, offset, length, content, switch (content) {
            case EXT -> uuid(offset + 1024 + 0x68);
            case SWAP -> uuid(offset + 0x40c);
            default -> "";
        }));
    }

    private Content content(long offset) throws IOException {
        ByteBuffer start = bytes(offset, LONGEST_LOOK);
        if (start.limit() > 2048 && start.getShort(1024 + 0x38) == (short) 0xef53) {
            return Content.EXT;
        }
        if (text(start, 4086, 10).equals("SWAPSPACE2")) {
            return Content.SWAP;
        }
        if (text(start, 0, 4).equals("XFSB")) {
            return Content.XFS;
        }
        if (text(start, 0x10040, 8).equals("_BHRfS_M")) {
            return Content.BTRFS;
        }
        if (text(start, 0, 4).equals("LUKS")) {
            return Content.LUKS;
        }
        return text(start, 512, 8).equals("LABELONE") ? Content.LVM : Content.UNKNOWN;
    }

    private String uuid(long position) throws IOException {
        ByteBuffer bytes = bytes(position, 16).order(ByteOrder.BIG_ENDIAN);
        return bytes.limit() < 16 ? "" : new UUID(bytes.getLong(0), bytes.getLong(8)).toString();
    }

    private static long sector(ByteBuffer table, int at) {
        return Integer.toUnsignedLong(table.getInt(at));
    }

    private static String text(ByteBuffer bytes, int at, int length) {
        return bytes.limit() < at + length ? "" : new String(bytes.array(), at, length, ISO_8859_1);
    }

    /** As many bytes as there are, up to a number. */
    private ByteBuffer bytes(long position, int length) throws IOException {
        if (position < 0) {
            throw new IOException("the partition table is damaged");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && disk.read(bytes, position + bytes.position()) > 0) {
            // a channel may read less than it was asked for
        }
        return bytes.flip();
    }
}
