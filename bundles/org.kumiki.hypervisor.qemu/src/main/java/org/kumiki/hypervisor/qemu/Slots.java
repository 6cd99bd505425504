package org.kumiki.hypervisor.qemu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/** The places of a guest's machine that disks can be plugged into while it runs. */
final class Slots {

    /** Each is a PCI bridge that the guest's firmware has to look at. */
    static final int COUNT = 12;

    private Slots() {
    }

    static String name(int number) {
        return "slot" + number;
    }

    static List<String> all() {
        List<String> names = new ArrayList<>();
        for (int number = 1; number <= COUNT; number++) {
            names.add(name(number));
        }
        return names;
    }

    /** Which slot each device is in, by the answer to {@code query-pci}. */
    static Map<String, String> occupied(JsonNode buses) {
        Map<String, String> slots = new HashMap<>();
        for (JsonNode bus : buses) {
            for (JsonNode device : bus.path("devices")) {
                for (JsonNode plugged : device.path("pci_bridge").path("devices")) {
                    slots.put(plugged.path("qdev_id").asText(), device.path("qdev_id").asText());
                }
            }
        }
        slots.values().retainAll(all());
        return slots;
    }

    /** Whether there are any: guests with disks on IDE or SATA have none. By the answer to {@code query-pci}. */
    static boolean present(JsonNode buses) {
        return buses.findValuesAsText("qdev_id").contains(name(1));
    }

    /** The first one with nothing in it, by the answer to {@code query-pci}. */
    static Optional<String> free(JsonNode buses) {
        List<String> names = all();
        for (JsonNode bus : buses) {
            for (JsonNode device : bus.path("devices")) {
                if (names.contains(device.path("qdev_id").asText()) && device.path("pci_bridge").path("devices").isEmpty()) {
                    return Optional.of(device.path("qdev_id").textValue());
                }
            }
        }
        return Optional.empty();
    }
}
