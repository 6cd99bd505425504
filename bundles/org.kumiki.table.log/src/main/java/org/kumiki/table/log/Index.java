package org.kumiki.table.log;

import java.util.List;

import org.kumiki.api.table.Position;
import org.pcollections.TreePSet;

/**
 * Which items have which values of an attribute. Immutable.
 *
 * @param entries in order; an item with several values is there several times
 * @param several how many items have several values
 */
record Index(TreePSet<Position> entries, int several) {

    static final Index EMPTY = new Index(TreePSet.empty(), 0);

    Index with(String item, List<String> values) {
        TreePSet<Position> more = entries;
        for (String value : values) {
            more = more.plus(new Position(value, item));
        }
        return new Index(more, several + (values.size() > 1 ? 1 : 0));
    }

    Index without(String item, List<String> values) {
        TreePSet<Position> fewer = entries;
        for (String value : values) {
            fewer = fewer.minus(new Position(value, item));
        }
        return new Index(fewer, several - (values.size() > 1 ? 1 : 0));
    }

    /** Those with values in a range. */
    TreePSet<Position> in(Range range) {
        Position from = new Position(range.from(), "");
        return range.to().isEmpty() ? entries.tailSet(from, true) : entries.subSet(from, true, new Position(range.to().get(), ""), false);
    }
}
