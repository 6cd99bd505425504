package org.kumiki.api.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which machine a guest sees, where that can be chosen: for systems that have no drivers for virtual devices, or that bring a way to boot of
 * their own.
 *
 * @param network its network card
 * @param disks   what its disks are on
 * @param boot    what it boots from
 */
public record Hardware(NetworkCard network, DiskBus disks, Boot boot) {

    /** The tag of an image by which its owner says this, and of an instance at its launch: e.g. {@code network=pcnet disk=ide boot=network}. */
    public static final String TAG = "kumiki:hardware";

    /** What guests see for whom nothing is chosen. */
    public static final Hardware STANDARD = new Hardware(NetworkCard.VIRTIO, DiskBus.VIRTIO, Boot.IMAGE);

    /** Network cards. */
    public enum NetworkCard {
        /** One for guests that know that they are guests. */
        VIRTIO,
        /** AMD's PCnet-PCI II, for which nearly every system has a driver. */
        PCNET
    }

    /** What disks are on. */
    public enum DiskBus {
        /** One for guests that know that they are guests. Disks come and go while they run. */
        VIRTIO,
        /** Intel's PIIX3, with four disks. */
        IDE,
        /** AHCI, with six disks. */
        SATA
    }

    /** What a guest boots from. */
    public enum Boot {
        /** What its image says: the kernel that it brings, or else its disk. */
        IMAGE,
        /** The boot loader on its root disk, whatever else the image brings. */
        DISK,
        /** Its network, from which it loads the kernel of its image by PXE. */
        NETWORK
    }

    /**
     * Reads what somebody has written: {@code network=}, {@code disk=} and {@code boot=} with one of the names above in lower case, each at most
     * once, with blanks or commas between them. What is not named is as in {@link #STANDARD}.
     *
     * @throws IllegalArgumentException if it is something else; the message is for people
     */
    public static Hardware parse(String text) {
        Map<String, String> words = new HashMap<>();
        for (String word : text.strip().split("[\\s,]+")) {
            String[] parts = word.split("=", 2);
            if (parts.length != 2 || words.put(parts[0], parts[1]) != null) {
                throw new IllegalArgumentException("Hardware is said as network=…, disk=… and boot=…, each at most once.");
            }
        }
        Hardware hardware = new Hardware(named(NetworkCard.class, words.remove("network"), STANDARD.network),
                named(DiskBus.class, words.remove("disk"), STANDARD.disks), named(Boot.class, words.remove("boot"), STANDARD.boot));
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("Of its hardware network, disk and boot can be chosen.");
        }
        return hardware;
    }

    private static <E extends Enum<E>> E named(Class<E> type, String word, E otherwise) {
        if (word == null) {
            return otherwise;
        }
        return Arrays.stream(type.getEnumConstants()).filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is a choice of " + Arrays.stream(type.getEnumConstants())
                        .map(each -> each.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", ")) + "."));
    }

    /** What tags say of it; empty if they say nothing. Fails as {@link #parse(String)} does. */
    public static Optional<Hardware> said(Map<String, String> tags) {
        return Optional.ofNullable(tags.get(TAG)).map(Hardware::parse);
    }

    /** What {@link #parse(String)} reads. */
    public String text() {
        return ("network=" + network + " disk=" + disks + " boot=" + boot).toLowerCase(Locale.ROOT);
    }
}
