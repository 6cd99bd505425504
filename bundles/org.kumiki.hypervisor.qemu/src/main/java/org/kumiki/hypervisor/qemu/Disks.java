package org.kumiki.hypervisor.qemu;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.storage.Disk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Disks as QEMU's block layer is told of them: as JSON, every file down to the last, each with its format, so that nothing is ever guessed
 * from what a guest wrote, and no file leads to another.
 */
final class Disks {

    private Disks() {
    }

    /** Volumes are named by their identifiers, for the block layer and as devices. */
    static ObjectNode volume(GuestDisk volume) {
        return layers(volume.disk()).put("node-name", volume.volume().value()).put("discard", "unmap");
    }

    /** Something to copy a volume to. */
    static ObjectNode target(String name, Disk disk) {
        return layers(disk).put("node-name", name).put("detect-zeroes", "unmap").put("discard", "unmap");
    }

    /** What the guest sees as the serial number of a volume: as on EC2, its identifier without the dash, which just fits. */
    static String serial(GuestDisk volume) {
        return volume.volume().value().replace("-", "");
    }

    /** What lies under a disk is only read. */
    private static ObjectNode layers(Disk disk) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode().put("driver", switch (disk.format()) {
            case QCOW2 -> "qcow2";
            case RAW -> "raw";
        });
        layer.putObject("file").put("driver", "file").put("filename", disk.file().toString());
        if (disk.format() == Disk.Format.QCOW2) {
            layer.set("backing", disk.backing().map(backing -> layers(backing).put("read-only", true)).orElse(null));
        }
        return layer;
    }
}
