package org.kumiki.hypervisor.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What CloudStack writes into the payload file of an Orchestrator extension, by its developer's guide of 4.21 and 4.22, about one guest of ours.
 * Under {@code kumiki} is besides what CloudStack has no words for: the {@link Description}.
 */
final class Payload {

    private static final long MIB = 1L << 20;

    private Payload() {
    }

    /** @param deploy whether the guest is to be made, and not only started */
    static ObjectNode of(GuestRecord guest, Map<Details.Key, String> details, boolean deploy) {
        ObjectNode json = object();
        ObjectNode external = json.putObject("externaldetails");
        Details.SCOPES.stream().sorted().forEach(external::putObject);
        details.forEach((key, value) -> ((ObjectNode) external.get(key.scope())).put(key.name(), value));
        json.put("virtualmachineid", uuid(guest.id().value())).put("virtualmachinename", guest.id().value());
        json.set("cloudstack.vm.details", machine(guest, deploy));
        json.putObject("caller").put("id", uuid("kumiki")).put("name", "kumiki").put("type", "ADMIN").put("roletype", "Admin");
        json.set("kumiki", guest.description());
        return json;
    }

    private static ObjectNode machine(GuestRecord guest, boolean deploy) {
        JsonNode described = guest.description();
        long memory = described.path("memoryMiB").asLong() * MIB;
        ObjectNode machine = object().put("id", guest.number()).put("uuid", uuid(guest.id().value())).put("name", guest.id().value())
                .put("type", "User").put("cpus", described.path("cpus").asInt()).put("minRam", memory).put("maxRam", memory)
                .put("arch", "x86_64").put("enableHA", false);
        ObjectNode own = machine.putObject("details");
        guest.details().forEach(own::put);
        own.put("deployvm", Boolean.toString(deploy));
        machine.putArray("nics").add(nic(guest));
        var disks = machine.putArray("disks");
        if (described.has("root")) {
            disks.add(disk(described.path("root"), "ROOT", 0));
        }
        int number = 0;
        for (JsonNode disk : described.path("disks")) {
            disks.add(disk(disk, "DATADISK", ++number));
        }
        return machine;
    }

    private static ObjectNode nic(GuestRecord guest) {
        JsonNode link = guest.description().path("link");
        return object().put("deviceId", 0).put("uuid", uuid(guest.id().value() + "/nic")).put("defaultNic", true).put("type", "Guest")
                .put("mac", link.path("mac").asText()).put("ip", link.path("address").asText()).put("broadcastType", "Vlan")
                .put("broadcastUri", "vlan://untagged");
    }

    private static ObjectNode disk(JsonNode disk, String type, int number) {
        return object().put("type", type).put("diskSeq", number).put("path", disk.path("file").asText())
                .put("format", disk.path("format").asText()).put("size", disk.path("sizeMiB").asLong() * MIB).put("uuid", uuid(disk.path("volume").asText()));
    }

    /** The same for the same thing, always. */
    static String uuid(String of) {
        return UUID.nameUUIDFromBytes(of.getBytes(UTF_8)).toString();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
