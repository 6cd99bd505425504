package org.kumiki.image.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A qcow2 file in which nothing has been written yet: what QEMU's own program would make, without starting a program for each machine's disk.
 * <p>
 * Fields and their offsets are those of QEMU's {@code docs/interop/qcow2.txt}. One cluster each holds the header, the reference table and a
 * block of references; the L1 table follows.
 */
public final class Qcow2Blank {

    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final int HEADER_LENGTH = 104;
    private static final int REFERENCE_ORDER = 4; // 2^4 bits each
    /** What an entry of the L1 table covers: a cluster full of entries of 8 bytes, a cluster each. */
    private static final long PER_L1_ENTRY = (long) CLUSTER / Long.BYTES * CLUSTER;
    private static final int REFERENCE_TABLE = CLUSTER;
    private static final int REFERENCES = 2 * CLUSTER;
    private static final int L1 = 3 * CLUSTER;
    /** QEMU takes no longer L1 table. */
    private static final long MOST_L1_ENTRIES = (32 << 20) / Long.BYTES;

    private Qcow2Blank() {
    }

    /**
     * Writes an empty disk.
     *
     * @param file an empty file
     * @param size of the disk that a guest sees, in bytes
     * @throws IllegalArgumentException if no such file can have this size
     */
    public static void write(FileChannel file, long size) throws IOException {
        long entries = -Math.floorDiv(-size, PER_L1_ENTRY);
        if (size < 1 || entries > MOST_L1_ENTRIES) {
            throw new IllegalArgumentException("no qcow2 disk has " + size + " bytes");
        }
        int clusters = L1 / CLUSTER + (int) -Math.floorDiv(-entries * Long.BYTES, CLUSTER);
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH + 8); // 8 bytes of zeroes end the extensions, of which there are none
        header.putInt(0, Qcow2Header.MAGIC).putInt(4, 3).putInt(20, CLUSTER_BITS).putLong(24, size).putInt(36, (int) entries).putLong(40, L1)
                .putLong(48, REFERENCE_TABLE).putInt(56, 1).putInt(96, REFERENCE_ORDER).putInt(100, HEADER_LENGTH);
        ByteBuffer references = ByteBuffer.allocate(clusters * Short.BYTES);
        for (int cluster = 0; cluster < clusters; cluster++) {
            references.putShort((short) 1);
        }
        write(file, header, 0);
        write(file, ByteBuffer.allocate(Long.BYTES).putLong(0, REFERENCES), REFERENCE_TABLE);
        write(file, references.flip(), REFERENCES);
        write(file, ByteBuffer.allocate(1), (long) clusters * CLUSTER - 1); // what is before it is a hole, and so the table is all zeroes
    }

    private static void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }
}
