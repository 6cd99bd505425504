package org.kumiki.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a machine is called in the datacenter. */
final class HostName {

    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private HostName() {
    }

    /** The name that an operator has chosen, or else the machine's own. */
    static String orElse(String chosen) throws IOException {
        return chosen.isBlank() ? fitting(Files.readString(KERNEL).strip()) : chosen.strip();
    }

    /** A host's name is made of letters, digits, dots, dashes and underscores; a machine may be called anything. */
    static String fitting(String name) {
        String fitting = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        if (fitting.isEmpty()) {
            return "local";
        }
        return fitting.substring(0, Math.min(fitting.length(), 64));
    }
}
