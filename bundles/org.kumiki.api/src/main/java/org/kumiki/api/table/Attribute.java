package org.kumiki.api.table;

import org.kumiki.api.text.Utf8;

import java.util.Comparator;
import java.util.Objects;

/** One value of an attribute of an item. In the order of names, then of values. */
public record Attribute(String name, String value) implements Comparable<Attribute> {

    private static final Comparator<Attribute> ORDER = Comparator.comparing(Attribute::name, Utf8.ORDER)
            .thenComparing(Attribute::value, Utf8.ORDER);

    public Attribute {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
    }

    @Override
    public int compareTo(Attribute other) {
        return ORDER.compare(this, other);
    }
}
