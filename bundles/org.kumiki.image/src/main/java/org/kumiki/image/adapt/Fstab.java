package org.kumiki.image.adapt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a system mounts, fstab(5). Devices are called by what is on them, since the same disk has another name in a virtual machine; and
 * nobody waits for those that stay behind. Pure functions.
 */
final class Fstab {

    private static final Set<String> OF_NO_DEVICE = Set.of("tmpfs", "proc", "sysfs", "devpts", "nfs", "nfs4", "cifs", "overlay", "cgroup", "cgroup2",
            "debugfs", "fuse", "9p", "none");
    private static final String WITHOUT = "nofail,x-systemd.device-timeout=10s";

    private Fstab() {
    }

    /**
     * A line that mounts something.
     *
     * @param device as it is written there, e.g. {@code /dev/sda1} or {@code UUID=…}
     */
    record Mount(String device, String point, String type) {
    }

    /** A text, and what was changed in it. */
    record Changed(String text, List<String> changes) {
    }

    static List<Mount> mounts(String text) {
        return text.lines().map(Fstab::fields).flatMap(Optional::stream).map(fields -> new Mount(fields[0], fields[1], fields[2])).toList();
    }

    static Changed change(String text, Devices devices) {
        List<String> changes = new ArrayList<>();
        String changed = text.lines().map(line -> fields(line).map(fields -> change(line, fields, devices, changes)).orElse(line))
                .collect(Collectors.joining("\n", "", "\n"));
        return new Changed(changed, changes);
    }

    private static String change(String line, String[] fields, Devices devices, List<String> changes) {
        if (!fields[0].startsWith("/dev/") && !fields[0].contains("=") || OF_NO_DEVICE.contains(fields[2])) {
            return line;
        }
        Optional<Part> part = devices.part(fields[0]);
        if (part.isPresent()) {
            String name = devices.stableName(part.get(), fields[0]);
            if (name.equals(fields[0])) {
                return line;
            }
            changes.add(fields[0] + " is " + name);
            return joined(fields, name, fields[3]);
        }
        List<String> options = Arrays.asList(fields[3].split(","));
        if (fields[1].equals("/") || options.contains("noauto") || options.contains("nofail") || devices.mayBeHere(fields[0])) {
            return line;
        }
        changes.add(fields[0] + " on " + fields[1] + " is not waited for: it is not on this disk");
        return joined(fields, fields[0], fields[3] + "," + WITHOUT);
    }

    private static String joined(String[] fields, String device, String options) {
        String rest = Arrays.stream(fields, 4, fields.length).map(field -> " " + field).collect(Collectors.joining());
        return device + " " + fields[1] + " " + fields[2] + " " + options + rest;
    }

    /** At least device, mount point, type and options. */
    private static Optional<String[]> fields(String line) {
        String stripped = line.strip();
        if (stripped.isEmpty() || stripped.startsWith("#")) {
            return Optional.empty();
        }
        String[] fields = stripped.split("\\s+");
        if (fields.length == 3) {
            fields = Arrays.copyOf(fields, 4);
            fields[3] = "defaults";
        }
        return fields.length < 4 ? Optional.empty() : Optional.of(fields);
    }
}
