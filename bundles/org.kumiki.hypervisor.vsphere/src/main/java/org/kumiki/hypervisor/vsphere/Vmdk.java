package org.kumiki.hypervisor.vsphere;

/**
 * The small file that says what a disk on a datastore is; its bytes lie beside, as they are. As VMware's <i>Virtual Disk Format 5.0</i> has it. Pure.
 */
final class Vmdk {

    static final int SECTOR = 512;

    private static final int HEADS = 255;
    private static final int SECTORS = 63;

    private Vmdk() {
    }

    /** @param flat the name of the file with the bytes */
    static String descriptor(String flat, long bytes) {
        long sectors = bytes / SECTOR;
        return """
                # Disk DescriptorFile
                version=1
                encoding="UTF-8"
                CID=fffffffe
                parentCID=ffffffff
                createType="vmfs"

                # Extent description
                RW %d VMFS "%s"

                # The Disk Data Base
                #DDB

                ddb.adapterType = "lsilogic"
                ddb.geometry.cylinders = "%d"
                ddb.geometry.heads = "%d"
                ddb.geometry.sectors = "%d"
                ddb.virtualHWVersion = "8"
                """.formatted(sectors, flat, Math.max(1, sectors / (HEADS * SECTORS)), HEADS, SECTORS);
    }
}
