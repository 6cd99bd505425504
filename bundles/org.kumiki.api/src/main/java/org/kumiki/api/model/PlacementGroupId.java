package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A placement group, e.g. {@code pg-0a1b2c3d4e5f60718}. */
public record PlacementGroupId(String value) implements Comparable<PlacementGroupId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "pg-";

    private static final Pattern SHAPE = Pattern.compile("pg-[0-9a-f]{8,17}");

    public PlacementGroupId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(PlacementGroupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
