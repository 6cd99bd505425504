package org.kumiki.api.model;

import java.util.regex.Pattern;

/** A machine image, e.g. {@code ami-0a1b2c3d4e5f60718}. */
public record ImageId(String value) implements Comparable<ImageId> {

    /** How the identifiers of this kind begin. */
    public static final String PREFIX = "ami-";

    private static final Pattern SHAPE = Pattern.compile("ami-[0-9a-f]{8,17}");

    public ImageId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(ImageId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
