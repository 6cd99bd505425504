package org.kumiki.image.disk;

import static org.kumiki.image.disk.Refusal.refused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** VirtualBox' disks. Fields and their offsets are those of VirtualBox' {@code VDICore.h}, of version 1.1. */
final class Vdi {

    private static final int SIGNATURE = 0xbeda107f;
    private static final int VERSION = 0x00010001;
    private static final int HEADER = 512;
    private static final int DYNAMIC = 1;
    private static final int FIXED = 2;
    private static final int BLOCK = 1 << 20;

    private Vdi() {
    }

    static long size(FileChannel file) throws IOException {
        ByteBuffer header = LittleEndian.read(file, 0, HEADER, "VDI header");
        if (header.getInt(0x40) != SIGNATURE || header.getInt(0x44) != VERSION) {
            throw refused("it is not a VDI disk of version 1.1");
        }
        int kind = header.getInt(0x4c);
        boolean linked = header.getLong(0x1a8) != 0 || header.getLong(0x1b0) != 0;
        boolean parent = header.getLong(0x1b8) != 0 || header.getLong(0x1c0) != 0;
        if (kind != DYNAMIC && kind != FIXED || linked || parent) {
            throw refused("it is only what differs from a parent disk, and a disk must stand alone; \"VBoxManage clonemedium\" makes it one");
        }
        long blocks = Integer.toUnsignedLong(header.getInt(0x180));
        long size = header.getLong(0x170);
        if (header.getInt(0x178) != BLOCK || size > blocks * BLOCK || blocks * Integer.BYTES > file.size()) {
            throw refused("its VDI header claims what cannot be");
        }
        return size;
    }
}
