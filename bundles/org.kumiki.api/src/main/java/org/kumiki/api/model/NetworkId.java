package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A network (what EC2 calls a VPC), e.g. {@code vpc-0a1b2c3d4e5f60718}. */
public record NetworkId(String value) implements Comparable<NetworkId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "vpc-";

    private static final Pattern SHAPE = Pattern.compile("vpc-[0-9a-f]{8,17}");

    public NetworkId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(NetworkId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
