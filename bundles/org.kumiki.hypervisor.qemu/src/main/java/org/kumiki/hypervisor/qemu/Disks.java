package org.kumiki.hypervisor.qemu;

import java.nio.file.Path;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.BootSource.Disk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Disks as QEMU's block layer is told of them: as JSON, each with its format, so that nothing is ever guessed from what a guest wrote.
 */
final class Disks {

    /** The name of the root disk, for the block layer and as a device. */
    static final String ROOT = "root";

    private Disks() {
    }

    /** What the guest wrote, over an image that is only read and that may not name further files itself. */
    static ObjectNode root(Path overlay, Disk image) {
        ObjectNode backing = layer(image.file(), image.format()).put("read-only", true);
        if (image.format() == Disk.Format.QCOW2) {
            backing.putNull("backing");
        }
        ObjectNode root = layer(overlay, Disk.Format.QCOW2).put("node-name", ROOT).put("discard", "unmap");
        return root.set("backing", backing);
    }

    static ObjectNode volume(GuestDisk volume) {
        return layer(volume.disk().file(), volume.disk().format()).put("node-name", volume.volume().value()).put("discard", "unmap");
    }

    /** What the guest sees as the serial number of a volume: as on EC2, its identifier without the dash, which just fits. */
    static String serial(GuestDisk volume) {
        return volume.volume().value().replace("-", "");
    }

    private static ObjectNode layer(Path file, BootSource.Disk.Format format) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode().put("driver", switch (format) {
            case QCOW2 -> "qcow2";
            case RAW -> "raw";
        });
        layer.putObject("file").put("driver", "file").put("filename", file.toString());
        return layer;
    }
}
