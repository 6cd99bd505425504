package org.kumiki.hypervisor.exec;

import java.util.Locale;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/**
 * A guest as JSON, for scripts that were written with this platform in mind: all that any driver is told, in the words of the model. The guest's
 * name comes from a client and may hold any character.
 */
final class Description {

    private Description() {
    }

    static ObjectNode of(GuestSpec guest) {
        ObjectNode json = object().put("id", guest.id().value()).put("name", guest.name()).put("cpus", guest.resources().cpus())
                .put("memoryMiB", guest.resources().memoryMiB()).put("diskMiB", guest.resources().diskMiB());
        json.set("boot", boot(guest.boot()));
        guest.root().ifPresent(root -> json.set("root", disk(root)));
        ArrayNode disks = json.putArray("disks");
        guest.disks().forEach(disk -> disks.add(disk(disk)));
        json.set("link", link(guest.link()));
        return json;
    }

    private static ObjectNode boot(BootSource boot) {
        if (boot instanceof BootSource.Kernel kernel) {
            return object().put("by", "kernel").put("kernel", kernel.kernel().toString()).put("initrd", kernel.initrd().toString())
                    .put("commandLine", kernel.commandLine());
        }
        return object().put("by", boot instanceof BootSource.Firmware ? "firmware" : "nothing");
    }

    private static ObjectNode disk(GuestDisk disk) {
        return file(disk.disk()).put("volume", disk.volume().value()).put("device", disk.device());
    }

    private static ObjectNode file(Disk disk) {
        ObjectNode json = object().put("file", disk.file().toString()).put("format", disk.format().name().toLowerCase(Locale.ROOT))
                .put("sizeMiB", disk.sizeMiB());
        disk.backing().ifPresent(backing -> json.set("backing", file(backing)));
        return json;
    }

    private static ObjectNode link(NetworkLink link) {
        ObjectNode json = object().put("mac", link.mac());
        if (link instanceof NetworkLink.Tap tap) {
            return json.put("kind", "tap").put("device", tap.device());
        }
        if (link instanceof NetworkLink.User user) {
            json.put("kind", "user").put("cidr", user.guestCidr()).put("address", user.guestAddress()).put("outbound", user.outbound())
                    .put("metadataSocket", user.metadataSocket().toString());
            ArrayNode forwards = json.putArray("forwards");
            user.forwards().forEach(forward -> forwards.add(object().put("protocol", forward.protocol()).put("address", forward.address())
                    .put("port", forward.port()).put("guestPort", forward.guestPort())));
            return json;
        }
        return json.put("kind", "none");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
