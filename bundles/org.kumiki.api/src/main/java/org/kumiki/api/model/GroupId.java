package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A security group, e.g. {@code sg-0a1b2c3d4e5f60718}. */
public record GroupId(String value) implements Comparable<GroupId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "sg-";

    private static final Pattern SHAPE = Pattern.compile("sg-[0-9a-f]{8,17}");

    public GroupId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(GroupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
