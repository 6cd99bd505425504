package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A key pair, e.g. {@code key-0a1b2c3d4e5f60718}. */
public record KeyPairId(String value) implements Comparable<KeyPairId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "key-";

    private static final Pattern SHAPE = Pattern.compile("key-[0-9a-f]{8,17}");

    public KeyPairId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(KeyPairId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
