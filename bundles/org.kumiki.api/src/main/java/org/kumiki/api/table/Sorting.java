package org.kumiki.api.table;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The order of the answers to a query. It is a total one, so that a {@link Position} in it means the same whatever indexes are used.
 *
 * @param attribute by whose values, and items without it are left out; an item with several values is where the first of them belongs; items with the
 *                  same value are in the order of their names. None: by the names of items
 */
public record Sorting(Optional<String> attribute, boolean descending) {

    public static final Sorting BY_NAME = new Sorting(Optional.empty(), false);

    public Sorting {
        Objects.requireNonNull(attribute);
    }

    /** Where an item belongs; nowhere, if it lacks the attribute. */
    public Optional<Position> position(Item item) {
        if (attribute.isEmpty()) {
            return Optional.of(new Position("", item.name()));
        }
        List<String> values = item.values(attribute.get());
        if (values.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Position(values.get(descending ? values.size() - 1 : 0), item.name()));
    }

    /** Negative, if one comes before the other. */
    public int compare(Position one, Position other) {
        int ascending = one.compareTo(other);
        return descending ? -ascending : ascending;
    }
}
