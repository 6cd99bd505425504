package org.kumiki.image.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.kumiki.image.disk.Refusal.refused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * VMware's disks, of the kinds that are one file: {@code monolithicSparse} and {@code streamOptimized}. Fields and their offsets are those of
 * VMware's "Virtual Disk Format 5.0".
 * <p>
 * The other kinds are a text that names files, which whoever opens the disk would open with rights of its own. They are refused, and so is a
 * disk of one file whose text names another, or a parent.
 */
final class Vmdk {

    private static final int MAGIC = 0x564d444b; // "KDMV"
    private static final int SECTOR = 512;
    private static final int HEADER = SECTOR;
    private static final long AT_END = -1;
    private static final int FOOTER_FROM_END = 1024;
    private static final int MOST_DESCRIPTOR_SECTORS = 128;
    private static final List<String> KINDS = List.of("monolithicsparse", "streamoptimized");
    private static final Pattern EXTENT = Pattern.compile("(?i)(RW|RDONLY|NOACCESS)\\s.*");

    private Vmdk() {
    }

    static long size(FileChannel file) throws IOException {
        if (LittleEndian.read(file, 0, Integer.BYTES, "VMDK header").getInt(0) != MAGIC) {
            throw refused("it is no VMDK disk of one file; one of several is made one by \"qemu-img convert -O vmdk\", where it comes from");
        }
        ByteBuffer header = LittleEndian.read(file, 0, HEADER, "VMDK header");
        long capacity = header.getLong(12);
        if (header.getLong(56) == AT_END) {
            ByteBuffer footer = LittleEndian.read(file, file.size() - FOOTER_FROM_END, HEADER, "VMDK footer");
            if (footer.getInt(0) != MAGIC || footer.getLong(12) != capacity || footer.getLong(28) != header.getLong(28)
                    || footer.getLong(36) != header.getLong(36)) {
                throw refused("its VMDK header and footer contradict each other");
            }
        }
        if (capacity <= 0 || capacity > Long.MAX_VALUE / SECTOR) {
            throw refused("it has no size");
        }
        descriptor(file, header.getLong(28), header.getLong(36));
        return capacity * SECTOR;
    }

    private static void descriptor(FileChannel file, long sector, long sectors) throws IOException {
        if (sector == 0) {
            return; // nothing that could name another file
        }
        if (sector < 0 || sector > file.size() / SECTOR || sectors <= 0 || sectors > MOST_DESCRIPTOR_SECTORS) {
            throw refused("its VMDK descriptor is not where one can be");
        }
        check(new String(LittleEndian.read(file, sector * SECTOR, (int) sectors * SECTOR, "VMDK descriptor").array(), ISO_8859_1));
    }

    /** The text in a disk of one file. A pure function. */
    static void check(String text) {
        int extents = 0;
        boolean known = false;
        for (String raw : text.split("[\\n\\r\\x00]")) {
            String line = raw.strip();
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : line.substring(equals + 1).strip().replace("\"", "");
            if (key.equals("parentfilenamehint") || key.equals("parentcid") && !value.equalsIgnoreCase("ffffffff")) {
                throw refused("it is only what differs from a parent disk, and a disk must stand alone; consolidate its snapshots first");
            }
            known |= key.equals("createtype") && KINDS.contains(value.toLowerCase(Locale.ROOT));
            if (EXTENT.matcher(line).matches()) {
                extents++;
                if (line.split("\\s+").length < 4 || !line.split("\\s+")[2].equalsIgnoreCase("SPARSE")) {
                    throw refused("it keeps its data in another file, and a disk must stand alone; \"qemu-img convert\" makes it one");
                }
            }
        }
        if (!known || extents > 1) {
            throw refused("it is a VMDK disk of several files, and a disk must stand alone; \"qemu-img convert\" makes it one");
        }
    }
}
