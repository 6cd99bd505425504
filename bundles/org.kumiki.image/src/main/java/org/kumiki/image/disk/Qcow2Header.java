package org.kumiki.image.disk;

import static org.kumiki.image.disk.Refusal.refused;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a qcow2 file, as it stands in the file: nothing in it is to be believed before {@link Qcow2Check} has looked at it.
 * <p>
 * Fields and their offsets are those of QEMU's {@code docs/interop/qcow2.txt}.
 *
 * @param backingOffset where the name of the backing file is; 0 if there is none
 * @param size          the size of the disk that a guest sees, in bytes
 * @param encryption    0: none, 1: AES, 2: LUKS
 * @param l1Size        entries in the active L1 table
 * @param incompatible  what a program must understand to read the file, one bit each
 * @param length        of the header itself, in bytes
 */
record Qcow2Header(int version, long backingOffset, int backingLength, int clusterBits, long size, int encryption, long l1Size,
        long l1Offset, long refcountOffset, long refcountClusters, long snapshots, long snapshotsOffset, long incompatible, int refcountOrder,
        int length, int compression, List<Extension> extensions) {

    static final int MAGIC = 0x514649fb; // "QFI" and 0xfb
    /** Enough for any header: the largest cluster that the format allows, since a header never leaves its first cluster. */
    static final int MOST_BYTES = 2 << 20;

    private static final int V2_LENGTH = 72;
    private static final int V3_LENGTH = 104;
    private static final int MIN_CLUSTER_BITS = 9;
    private static final int MAX_CLUSTER_BITS = 21;
    private static final int END_OF_EXTENSIONS = 0;
    /** QEMU writes five at the most; nobody needs this many. */
    private static final int MOST_EXTENSIONS = 64;

    /** A header extension; its data is left where it is. */
    record Extension(int type, int length) {
    }

    Qcow2Header {
        extensions = List.copyOf(extensions);
    }

    /**
     * Reads a header.
     *
     * @param start    the first bytes of the file, {@link #MOST_BYTES} of them or all there are
     * @throws org.kumiki.api.storage.StorageException if they are no qcow2 header
     */
    static Qcow2Header read(ByteBuffer start) {
        ByteBuffer in = start.slice().order(ByteOrder.BIG_ENDIAN);
        if (in.remaining() < V2_LENGTH || in.getInt(0) != MAGIC) {
            throw refused("it is not a qcow2 disk");
        }
        int version = in.getInt(4);
        if (version != 2 && version != 3) {
            throw refused("its qcow version is " + Integer.toUnsignedString(version) + "; only 2 and 3 are known");
        }
        if (version == 3 && in.remaining() < V3_LENGTH) {
            throw refused("its qcow2 header is cut off");
        }
        int clusterBits = in.getInt(20);
        if (clusterBits < MIN_CLUSTER_BITS || clusterBits > MAX_CLUSTER_BITS) {
            throw refused("its qcow2 clusters have an impossible size");
        }
        int length = version == 2 ? V2_LENGTH : in.getInt(100);
        if (length < V2_LENGTH || version == 3 && length < V3_LENGTH || length % 8 != 0
                || length > Math.min(in.remaining(), 1 << clusterBits)) {
            throw refused("its qcow2 header claims an impossible length");
        }
        return new Qcow2Header(version, in.getLong(8), in.getInt(16), clusterBits, in.getLong(24), in.getInt(32),
                Integer.toUnsignedLong(in.getInt(36)), in.getLong(40), in.getLong(48), Integer.toUnsignedLong(in.getInt(56)),
                Integer.toUnsignedLong(in.getInt(60)), in.getLong(64), version == 2 ? 0 : in.getLong(72), version == 2 ? 4 : in.getInt(96),
                length, length > V3_LENGTH ? in.get(V3_LENGTH) & 0xff : 0, extensions(in, length, 1 << clusterBits));
    }

    int clusterSize() {
        return 1 << clusterBits;
    }

    private static List<Extension> extensions(ByteBuffer in, int from, int clusterSize) {
        int end = Math.min(in.limit(), clusterSize);
        List<Extension> found = new ArrayList<>();
        int at = from;
        while (end - at >= 8) {
            int type = in.getInt(at);
            int length = in.getInt(at + 4);
            if (type == END_OF_EXTENSIONS) {
                return found;
            }
            if (length < 0 || length > end - at - 8 || found.size() == MOST_EXTENSIONS) {
                throw refused("its qcow2 header extensions do not fit");
            }
            found.add(new Extension(type, length));
            at += 8 + (length + 7) / 8 * 8;
        }
        return found;
    }
}
