package org.kumiki.image.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.kumiki.image.disk.Refusal.refused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Disks of Virtual PC and of older Hyper-Vs. Fields and their offsets are those of Microsoft's "Virtual Hard Disk Image Format". */
final class Vhd {

    private static final int FOOTER = 512;
    private static final int FIXED = 2;
    private static final int DYNAMIC = 3;
    private static final int SECTOR = 512;
    private static final long NO_GEOMETRY = 65_535L * 16 * 255 * SECTOR;

    private Vhd() {
    }

    static long size(FileChannel file) throws IOException {
        ByteBuffer end = footer(file, file.size() - FOOTER);
        if (end.getInt(60) == FIXED) {
            if (isFooter(LittleEndian.read(file, 0, FOOTER, "VHD footer"))) {
                throw refused("its VHD footers contradict each other"); // a program would believe the first
            }
            return size(end);
        }
        ByteBuffer start = footer(file, 0);
        if (start.getInt(60) != DYNAMIC || end.getInt(60) != DYNAMIC) {
            throw refused("it is only what differs from a parent disk, and a disk must stand alone; Hyper-V's \"Merge-VHD\" makes it one");
        }
        if (size(start) != size(end)) {
            throw refused("its VHD footers contradict each other");
        }
        return size(start);
    }

    private static ByteBuffer footer(FileChannel file, long position) throws IOException {
        ByteBuffer footer = LittleEndian.read(file, position, FOOTER, "VHD footer").order(ByteOrder.BIG_ENDIAN);
        if (!isFooter(footer)) {
            throw refused("it is not a VHD disk");
        }
        return footer;
    }

    private static boolean isFooter(ByteBuffer bytes) {
        return new String(bytes.array(), 0, 8, ISO_8859_1).equals("conectix");
    }

    /** Programs differ in whether they believe the size or the geometry, so the larger one counts; the largest geometry says nothing. */
    private static long size(ByteBuffer footer) {
        long geometry = (long) (footer.getShort(56) & 0xffff) * (footer.get(58) & 0xff) * (footer.get(59) & 0xff) * SECTOR;
        long size = footer.getLong(48);
        return size < 0 || geometry == NO_GEOMETRY ? size : Math.max(size, geometry);
    }
}
