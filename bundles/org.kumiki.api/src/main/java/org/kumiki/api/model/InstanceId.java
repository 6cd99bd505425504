package org.kumiki.api.model;

import java.util.regex.Pattern;

/** An instance, e.g. {@code i-0a1b2c3d4e5f60718}. */
public record InstanceId(String value) implements Comparable<InstanceId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "i-";

    private static final Pattern SHAPE = Pattern.compile("i-[0-9a-f]{8,17}");

    public InstanceId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(InstanceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
