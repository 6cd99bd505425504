package org.kumiki.network.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.InstanceId;

/**
 * Where a guest is plugged in, and what it may call itself there.
 *
 * @param groups those that its rules name as peers
 */
record Port(InstanceId instance, String mac, String address, SortedSet<GroupId> groups) {

    /** How our taps are called, and nothing else on a host is. */
    static final String PREFIX = "kumi-";
    private static final int DIGITS = 10;

    Port {
        Segment.checkMac(mac);
        address = Cidr.text(Cidr.address(address));
        groups = new TreeSet<>(groups);
    }

    String device() {
        return device(instance);
    }

    /** A device's name is too short for an instance's, so it is made of it; whose a device is can be read from its alias. */
    static String device(InstanceId instance) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(instance.value().getBytes(StandardCharsets.US_ASCII));
            return PREFIX + HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** As it is kept on the host. */
    String text() {
        return mac + " " + address + String.join("", groups.stream().map(group -> " " + group).toList()) + "\n";
    }

    static Port parse(InstanceId instance, String text) {
        String[] words = text.strip().split(" ");
        if (words.length < 2) {
            throw new IllegalArgumentException("what is kept of the link of " + instance + " cannot be read");
        }
        SortedSet<GroupId> groups = new TreeSet<>();
        for (int i = 2; i < words.length; i++) {
            groups.add(new GroupId(words[i]));
        }
        return new Port(instance, words[0], words[1], groups);
    }

    static SortedSet<GroupId> groups(Iterable<Port> ports) {
        SortedSet<GroupId> all = new TreeSet<>();
        ports.forEach(port -> all.addAll(port.groups()));
        return all;
    }

    /** Those of one set that are not in another. */
    static SortedSet<GroupId> without(Set<GroupId> these, Set<GroupId> those) {
        SortedSet<GroupId> rest = new TreeSet<>(these);
        rest.removeAll(those);
        return rest;
    }
}
