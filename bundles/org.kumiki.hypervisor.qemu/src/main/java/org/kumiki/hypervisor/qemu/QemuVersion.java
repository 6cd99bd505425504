package org.kumiki.hypervisor.qemu;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of QEMU. */
record QemuVersion(int major, int minor, int micro) implements Comparable<QemuVersion> {

    private static final Pattern ANNOUNCED = Pattern.compile("version (\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

    /** Reads what {@code qemu-system-x86_64 --version} says. */
    static Optional<QemuVersion> announced(String text) {
        Matcher matcher = ANNOUNCED.matcher(text);
        return matcher.find() ? Optional.of(new QemuVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)))) : Optional.empty();
    }

    boolean atLeast(int otherMajor, int otherMinor) {
        return compareTo(new QemuVersion(otherMajor, otherMinor, 0)) >= 0;
    }

    @Override
    public int compareTo(QemuVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(micro, other.micro);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
