package org.kumiki.network.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.InstanceId;

/**
 * Where a guest is plugged in, and what it may call itself there.
 *
 * @param groups    those that its rules name as peers
 * @param boots     whether it boots from here
 * @param namespace whether it is a namespace of the host's kernel, and no machine with a tap
 */
record Port(InstanceId instance, String mac, String address, SortedSet<GroupId> groups, boolean boots, boolean namespace) {

    /** How our taps, and our ends of other links, are called, and nothing else on a host is. */
    static final String PREFIX = "kumi-";
    /** How the ends of links are called that are for namespaces, until they are there. */
    private static final String FAR_PREFIX = "kumn-";
    private static final String BOOTS = "boots";
    private static final String NAMESPACE = "namespace";
    private static final int DIGITS = 10;

    Port {
        Segment.checkMac(mac);
        address = Cidr.text(Cidr.address(address));
        groups = new TreeSet<>(groups);
    }

    /** Of a guest with a tap, which boots by itself. */
    Port(InstanceId instance, String mac, String address, SortedSet<GroupId> groups) {
        this(instance, mac, address, groups, false, false);
    }

    String device() {
        return device(instance);
    }

    /** The end that is for the guest's namespace. */
    String farDevice() {
        return FAR_PREFIX + device().substring(PREFIX.length());
    }

    /** Where what it boots is, among that of others. */
    String bootDirectory() {
        return mac.replace(':', '-');
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
        return mac + " " + address + (boots ? " " + BOOTS : "") + (namespace ? " " + NAMESPACE : "") + String.join("", groups.stream().map(group -> " " + group).toList()) + "\n";
    }

    static Port parse(InstanceId instance, String text) {
        String[] words = text.strip().split(" ");
        if (words.length < 2) {
            throw new IllegalArgumentException("what is kept of the link of " + instance + " cannot be read");
        }
        List<String> rest = new ArrayList<>(List.of(words).subList(2, words.length));
        boolean boots = rest.remove(BOOTS);
        boolean namespace = rest.remove(NAMESPACE);
        return new Port(instance, words[0], words[1], rest.stream().map(GroupId::new).collect(Collectors.toCollection(TreeSet::new)), boots, namespace);
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
