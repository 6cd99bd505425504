package org.kumiki.image.adapt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The network of a system, interfaces(5). A datacenter gives addresses by DHCP, and to another card. Pure functions. */
final class Interfaces {

    /** What a stanza says beside how its address is come by, and may go on saying. */
    private static final Set<String> STANZAS = Set.of("iface", "auto", "allow-hotplug", "mapping", "source", "source-directory", "rename", "template");

    private Interfaces() {
    }

    /** The first card that is brought up, if any is. */
    static Optional<String> first(String text) {
        return text.lines().map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 3 && words[0].equals("iface") && !words[1].equals("lo") && words[1].matches("[A-Za-z0-9._-]{1,15}"))
                .map(words -> words[1]).findFirst();
    }

    static Fstab.Changed change(String text) {
        List<String> changes = new ArrayList<>();
        boolean[] dropping = {false};
        String changed = text.lines().filter(line -> {
            String[] words = line.strip().split("\\s+");
            if (STANZAS.contains(words[0])) {
                dropping[0] = isStatic(words);
            } else if (dropping[0] && !words[0].isEmpty() && !words[0].startsWith("#")) {
                return false;
            }
            return true;
        }).map(line -> {
            String[] words = line.strip().split("\\s+");
            if (!isStatic(words)) {
                return line;
            }
            changes.add(words[1] + " is given its address by DHCP");
            return "iface " + words[1] + " " + words[2] + " " + (words[2].equals("inet6") ? "auto" : "dhcp");
        }).collect(Collectors.joining("\n", "", "\n"));
        return new Fstab.Changed(changed, changes);
    }

    private static boolean isStatic(String[] words) {
        return words.length >= 4 && words[0].equals("iface") && !words[1].equals("lo") && words[3].equals("static");
    }
}
