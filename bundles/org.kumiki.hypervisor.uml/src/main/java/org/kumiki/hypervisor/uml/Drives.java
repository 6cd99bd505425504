package org.kumiki.hypervisor.uml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The disks of a guest in the words of QEMU's storage daemon, which shows each as a plain file. Pure functions.
 * <p>
 * A disk is called {@code ubd0} to {@code ubd15}, as User-Mode Linux calls it, and is its guest's {@code /dev/ubda} to {@code /dev/ubdp}. The first
 * is for the root disk, also of a guest that has none: its kernel takes it for there in any case, and crashes when it is to go.
 */
final class Drives {

    /** Beside the root disk. */
    static final int MOST = 15;
    private static final String PREFIX = "ubd";

    private Drives() {
    }

    /** The disks that a guest has from the start, by their names. */
    static SortedMap<String, GuestDisk> of(GuestSpec guest) {
        if (guest.disks().size() > MOST) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a guest of User-Mode Linux takes at most " + MOST + " volumes, not "
                    + guest.disks().size());
        }
        SortedMap<String, GuestDisk> disks = new TreeMap<>();
        guest.root().ifPresent(root -> disks.put(PREFIX + 0, root));
        guest.disks().forEach(disk -> disks.put(PREFIX + (disks.size() + (guest.root().isPresent() ? 0 : 1)), disk));
        return disks;
    }

    /** What opens a volume, every file down to the last, each with its format, so that nothing is guessed from what a guest wrote. */
    static ObjectNode open(GuestDisk disk) {
        return layers(disk.disk()).put("node-name", disk.volume().value()).put("discard", "unmap");
    }

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

    /** What shows an opened volume as a file in the guest's directory. */
    static ObjectNode show(GuestDisk disk, String name) {
        return JsonNodeFactory.instance.objectNode().put("type", "fuse").put("id", name).put("node-name", disk.volume().value())
                .put("mountpoint", "disks/" + name).put("writable", true);
    }

    /** What is shown, by an answer to {@code query-block-exports}. */
    record Shown(String name, String volume) {
    }

    static List<Shown> shown(JsonNode answer) {
        List<Shown> shown = new ArrayList<>();
        answer.forEach(export -> shown.add(new Shown(export.path("id").asText(), export.path("node-name").asText())));
        return shown;
    }

    static Optional<Shown> find(List<Shown> shown, VolumeId volume) {
        return shown.stream().filter(each -> each.volume().equals(volume.value())).findFirst();
    }

    /** The first name that no volume has. */
    static String free(List<Shown> shown) {
        for (int number = 1; number <= MOST; number++) {
            String name = PREFIX + number;
            if (shown.stream().noneMatch(each -> each.name().equals(name))) {
                return name;
            }
        }
        throw new HypervisorException(Reason.EXHAUSTED, "a guest of User-Mode Linux takes at most " + MOST + " volumes");
    }
}
