package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A volume, e.g. {@code vol-0a1b2c3d4e5f60718}. */
public record VolumeId(String value) implements Comparable<VolumeId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "vol-";

    private static final Pattern SHAPE = Pattern.compile("vol-[0-9a-f]{8,17}");

    public VolumeId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(VolumeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
