package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A public address that an account holds, e.g. {@code eipalloc-0a1b2c3d4e5f60718}. */
public record AddressId(String value) implements Comparable<AddressId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "eipalloc-";

    private static final Pattern SHAPE = Pattern.compile("eipalloc-[0-9a-f]{8,17}");

    public AddressId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(AddressId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
