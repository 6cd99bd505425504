package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A transfer, e.g. {@code import-ami-0a1b2c3d4e5f60718}. */
public record TransferId(String value) implements Comparable<TransferId> {

    private static final Pattern SHAPE = Pattern.compile("(import|export|store)-(ami|snap)-[0-9a-f]{8,17}");

    public TransferId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(TransferId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
