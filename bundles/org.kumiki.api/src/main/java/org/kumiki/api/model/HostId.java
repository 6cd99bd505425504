package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A host: its name, which is unique in the datacenter, e.g. {@code rack1-07}. */
public record HostId(String value) implements Comparable<HostId> {

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public HostId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
