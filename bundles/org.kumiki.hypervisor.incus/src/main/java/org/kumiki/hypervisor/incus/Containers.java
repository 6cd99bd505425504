package org.kumiki.hypervisor.incus;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.hypervisor.incus.Links.Bridge;

/**
 * Guests in the words of LXD: what a container is to be like, and what is read back of one. Pure functions. A guest's name gets into none of them.
 */
final class Containers {

    /** The mark of ours. */
    static final String MARK = "user.kumiki.instance";

    /** What busybox's init and that of the built-in image take for: power off, start again. */
    private static final String SIGNALS = "lxc.signal.halt = SIGUSR2\nlxc.signal.reboot = SIGTERM\n";
    private static final int STOPPED = 102;
    private static final int LONGEST_COMPLAINT = 300;

    private Containers() {
    }

    /** What a container can be made of, and what not. */
    static BootSource.Kernel check(GuestSpec guest, Settings settings) {
        if (!(guest.boot() instanceof BootSource.Kernel kernel)) {
            throw new HypervisorException(Reason.UNSUPPORTED,
                    "a container boots no disk, and this driver makes no virtual machines: the image must bring a first"
                    + " root file system, as the built-in one does");
        }
        if (!guest.disks().isEmpty()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a container on another's server takes no volumes: "
                    + guest.disks().stream().map(disk -> disk.volume().value()).toList());
        }
        if (guest.root().isPresent() && !settings.rootOnServer()) {
            throw new HypervisorException(Reason.UNSUPPORTED,
                    "the image has a disk, and a container on another's server writes to that server's storage pool"
                    + " instead of to its volume: if that will do, configure rootOnServer");
        }
        Links.check(guest.link(), settings.network(), settings.endpoint().isHere());
        return kernel;
    }

    /** What is said to make one. */
    static ObjectNode creation(GuestSpec guest, Settings settings, Optional<Bridge> bridge, String fingerprint) {
        ObjectNode container = JsonNodeFactory.instance.objectNode().put("name", guest.id().value()).put("type", "container");
        container.putArray("profiles"); // what others have put there is not for ours
        container.setAll(description(guest, settings, bridge));
        container.putObject("source").put("type", "image").put("fingerprint", fingerprint);
        return container;
    }

    /** Its configuration and its devices. */
    static ObjectNode description(GuestSpec guest, Settings settings, Optional<Bridge> bridge) {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        ObjectNode config = description.putObject("config").put(MARK, guest.id().value())
                .put("limits.cpu.allowance", guest.resources().cpus() * 100 + "ms/100ms")
                .put("limits.memory", guest.resources().memoryMiB() + "MiB").put("limits.memory.swap", "false")
                .put("limits.processes", Integer.toString(settings.processes()))
                .put("security.privileged", "false").put("security.nesting", "false").put("security.devlxd", "false")
                .put("security.idmap.isolated", "true");
        String raw = SIGNALS;
        ObjectNode devices = description.putObject("devices");
        ObjectNode root = devices.putObject("root").put("type", "disk").put("path", "/").put("pool", settings.pool());
        guest.root().ifPresent(disk -> root.put("size", disk.disk().sizeMiB() + "MiB"));
        if (guest.link() instanceof NetworkLink.User user && bridge.isPresent()) {
            raw += Links.addresses(user, bridge.get());
            devices.setAll(devices(Links.devices(user, bridge.get())));
            config.put(RootImage.NAME_SERVER, bridge.get().address());
        }
        config.put("raw.lxc", raw);
        return description;
    }

    private static ObjectNode devices(Map<String, Map<String, String>> devices) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        devices.forEach((name, device) -> device.forEach(tree.withObjectProperty(name)::put));
        return tree;
    }

    /** An existing one, as it is to be from now on: what the server itself keeps in its configuration stays. */
    static ObjectNode changed(JsonNode container, ObjectNode description) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        for (String kept : new String[] { "architecture", "description", "ephemeral", "profiles", "stateful" }) {
            whole.set(kept, container.path(kept));
        }
        ObjectNode config = whole.putObject("config");
        container.path("config").properties().stream().filter(entry -> entry.getKey().startsWith("volatile.") || entry.getKey().startsWith("image."))
                .forEach(entry -> config.set(entry.getKey(), entry.getValue()));
        config.setAll((ObjectNode) description.get("config"));
        whole.set("devices", description.get("devices"));
        return whole;
    }

    /** A running one with another link. What else it has stays. */
    static ObjectNode relinked(JsonNode container, NetworkLink.User link, Bridge bridge) {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        description.set("config", container.path("config").deepCopy());
        ObjectNode devices = description.putObject("devices");
        devices.set("root", container.path("devices").path("root"));
        devices.setAll(devices(Links.devices(link, bridge)));
        return changed(container, description);
    }

    /** The guest that a container is; empty if it is somebody else's. */
    static Optional<InstanceId> guest(JsonNode container) {
        String name = container.path("name").asText();
        return name.equals(container.path("config").path(MARK).asText(null)) && name.matches("i-[0-9a-f]{8,17}") ? Optional.of(new InstanceId(name))
                : Optional.empty();
    }

    /** One that is frozen, or on its way, has not ended. */
    static GuestState state(JsonNode container) {
        return container.path("status_code").asInt() == STOPPED ? GuestState.STOPPED : GuestState.RUNNING;
    }

    /** The first thing that went wrong, of a log of LXC's; what follows is what came of it. Its processes write side by side. */
    static Optional<String> complaint(String log) {
        return log.lines().map(line -> line.split("\\s+", 5)).filter(words -> words.length == 5 && words[3].equals("ERROR"))
                .min(Comparator.comparing(words -> words[2])).map(words -> words[4].replaceAll("\\p{Cc}", " "))
                .map(text -> text.substring(0, Math.min(text.length(), LONGEST_COMPLAINT)));
    }
}
