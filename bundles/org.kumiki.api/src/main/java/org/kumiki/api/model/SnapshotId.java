package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A snapshot of a volume, e.g. {@code snap-0a1b2c3d4e5f60718}. */
public record SnapshotId(String value) implements Comparable<SnapshotId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "snap-";

    private static final Pattern SHAPE = Pattern.compile("snap-[0-9a-f]{8,17}");

    public SnapshotId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(SnapshotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
