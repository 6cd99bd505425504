package org.kumiki.image.adapt;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By which names a system knew the parts of one disk. Pure.
 *
 * @param disk  what it called the disk, e.g. {@code /dev/sda}; empty if that is not known
 * @param parts of the disk
 */
record Devices(Optional<String> disk, List<Part> parts) {

    /** A disk and a number: {@code /dev/sda1}, {@code /dev/nvme0n1p1}, {@code /dev/disk/by-path/…-part1}. */
    private static final Pattern PARTITION = Pattern.compile("(/dev/(?:[hsv]d[a-z]+|xvd[a-z]+)|/dev/(?:nvme\\d+n\\d+|mmcblk\\d+|loop\\d+)(?=p)|/dev/disk/\\S+(?=-part))"
            + "(?:p|-part)?(\\d+)");

    Devices {
        parts = List.copyOf(parts);
    }

    /** The same, where the disk is the one on which the system says that its root is. */
    Devices knowing(String root) {
        Matcher matcher = PARTITION.matcher(root);
        if (disk.isPresent()) {
            return this;
        }
        if (matcher.matches()) {
            return new Devices(Optional.of(matcher.group(1)), parts);
        }
        return root.startsWith("/dev/") && parts.size() == 1 && parts.get(0).number() == 0 ? new Devices(Optional.of(root), parts) : this;
    }

    /** The part that is meant by a name of fstab(5) or of a kernel's command line, if it is on this disk. */
    Optional<Part> part(String name) {
        String plain = name.replace("\"", "");
        if (plain.toUpperCase(Locale.ROOT).startsWith("UUID=")) {
            return parts.stream().filter(part -> part.uuid().equalsIgnoreCase(plain.substring(5)) && !part.uuid().isEmpty()).findFirst();
        }
        if (plain.startsWith("/dev/disk/by-uuid/")) {
            return part("UUID=" + plain.substring(18));
        }
        Matcher matcher = PARTITION.matcher(plain);
        if (matcher.matches() && matcher.group(2).length() < 4 && disk.filter(matcher.group(1)::equals).isPresent()) {
            int number = Integer.parseInt(matcher.group(2));
            return parts.stream().filter(part -> part.number() == number).findFirst();
        }
        return disk.filter(plain::equals).flatMap(same -> parts.stream().filter(part -> part.number() == 0).findFirst());
    }

    /** A name that a part has wherever its disk is; the one that it has, if that is all there is. */
    String stableName(Part part, String name) {
        return part.uuid().isEmpty() || name.startsWith("/dev/disk/by-uuid/") || name.toUpperCase(Locale.ROOT).startsWith("UUID=") ? name : "UUID=" + part.uuid();
    }

    /** Names that go with a partition or a file system, about which nothing is known here. */
    boolean mayBeHere(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("PARTUUID=") || upper.startsWith("LABEL=") || upper.startsWith("PARTLABEL=") || name.startsWith("/dev/disk/by-label/")
                || name.startsWith("/dev/disk/by-part") || name.startsWith("/dev/mapper/") && parts.stream().anyMatch(part -> part.content() == Part.Content.LVM);
    }
}
