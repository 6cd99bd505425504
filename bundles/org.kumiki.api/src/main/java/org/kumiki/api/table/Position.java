package org.kumiki.api.table;

import org.kumiki.api.text.Utf8;

import java.util.Objects;

/**
 * A place among the answers to a query.
 *
 * @param value of the attribute that the answers are sorted by; empty, if there is none
 * @param item  the name of the item
 */
public record Position(String value, String item) implements Comparable<Position> {

    public Position {
        Objects.requireNonNull(value);
        Objects.requireNonNull(item);
    }

    @Override
    public int compareTo(Position other) {
        int byValue = Utf8.ORDER.compare(value, other.value);
        return byValue == 0 ? Utf8.ORDER.compare(item, other.item) : byValue;
    }
}
