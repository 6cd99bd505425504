package org.kumiki.image.disk;

import static org.kumiki.image.disk.Refusal.refused;

import org.kumiki.image.disk.Qcow2Header.Extension;

/**
 * Decides whether a qcow2 disk of a stranger may be handed to QEMU. A pure function.
 * <p>
 * The format lets a disk name other files: one to fall back to for what it does not hold, and one that holds its data. QEMU would open
 * them with the rights of the host, so a disk that names either is refused, whatever the name.
 */
final class Qcow2Check {

    private static final long DIRTY = 1;
    private static final long CORRUPT = 1 << 1;
    private static final long EXTERNAL_DATA = 1 << 2;
    private static final long COMPRESSION_TYPE = 1 << 3;
    private static final long EXTENDED_L2 = 1 << 4;
    private static final long KNOWN = DIRTY | CORRUPT | EXTERNAL_DATA | COMPRESSION_TYPE | EXTENDED_L2;

    private static final int BACKING_FORMAT = 0xe2792aca;
    private static final int DATA_FILE = 0x44415441;
    private static final int ENCRYPTION = 0x0537be77;

    private static final int ZLIB = 0;
    private static final int ZSTD = 1;

    /** QEMU's own limits: more than this it does not open either. */
    private static final long MOST_L1_BYTES = 32 << 20;
    private static final long MOST_REFCOUNT_TABLE_BYTES = 8 << 20;
    private static final long MOST_SNAPSHOTS = 65_536;

    private Qcow2Check() {
    }

    /**
     * @param fileSize how long the file is, in bytes
     * @param mostSize the largest disk that is let in, in bytes
     * @throws org.kumiki.api.storage.StorageException if the disk is refused, with the reason
     */
    static void check(Qcow2Header header, long fileSize, long mostSize) {
        references(header);
        features(header);
        size(header, mostSize);
        tables(header, fileSize);
    }

    private static void references(Qcow2Header header) {
        if (header.backingOffset() != 0 || header.backingLength() != 0 || has(header, BACKING_FORMAT)) {
            throw refused("it names a backing file, and a disk must stand alone; \"qemu-img convert\" makes it one");
        }
        if ((header.incompatible() & EXTERNAL_DATA) != 0 || has(header, DATA_FILE)) {
            throw refused("it keeps its data in another file, and a disk must stand alone; \"qemu-img convert\" makes it one");
        }
    }

    private static void features(Qcow2Header header) {
        if (header.encryption() != 0 || has(header, ENCRYPTION)) {
            throw refused("it is encrypted");
        }
        if ((header.incompatible() & (DIRTY | CORRUPT)) != 0) {
            throw refused("it was not closed properly or is damaged; \"qemu-img check -r all\" may repair it");
        }
        if ((header.incompatible() & ~KNOWN) != 0) {
            throw refused("it needs qcow2 features that are unknown here: 0x" + Long.toHexString(header.incompatible() & ~KNOWN));
        }
        if (header.compression() != ZLIB && header.compression() != ZSTD) {
            throw refused("it is compressed in a way that is unknown here");
        }
        if (header.refcountOrder() < 0 || header.refcountOrder() > 6) {
            throw refused("its reference counts have an impossible width");
        }
    }

    private static void size(Qcow2Header header, long mostSize) {
        if (header.size() <= 0) {
            throw refused("it has no size");
        }
        DiskLimits.check(header.size(), mostSize);
    }

    private static void tables(Qcow2Header header, long fileSize) {
        inside("L1 table", header.l1Offset(), header.l1Size() * 8, MOST_L1_BYTES, header, fileSize);
        inside("reference table", header.refcountOffset(), header.refcountClusters() << header.clusterBits(), MOST_REFCOUNT_TABLE_BYTES,
                header, fileSize);
        if (header.snapshots() > MOST_SNAPSHOTS) {
            throw refused("it claims too many snapshots");
        }
        if (header.snapshots() > 0) {
            inside("snapshot table", header.snapshotsOffset(), 40 * header.snapshots(), Long.MAX_VALUE, header, fileSize);
        }
        long entryBytes = (header.incompatible() & EXTENDED_L2) == 0 ? 8 : 16;
        long bytesPerL1Entry = header.clusterSize() / entryBytes * header.clusterSize();
        if ((header.size() - 1) / bytesPerL1Entry + 1 > header.l1Size()) {
            throw refused("its L1 table is too small for its size");
        }
    }

    /** A new, small file may end before its tables do; QEMU reads the rest as zeroes. So only where they begin must be in the file. */
    private static void inside(String what, long offset, long bytes, long mostBytes, Qcow2Header header, long fileSize) {
        if (bytes < 0 || bytes > mostBytes || offset <= 0 || offset >= fileSize || offset % header.clusterSize() != 0) {
            throw refused("its " + what + " is not where one can be");
        }
    }

    private static boolean has(Qcow2Header header, int type) {
        for (Extension extension : header.extensions()) {
            if (extension.type() == type) {
                return true;
            }
        }
        return false;
    }
}
