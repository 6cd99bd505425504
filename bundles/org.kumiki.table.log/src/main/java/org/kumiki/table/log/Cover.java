package org.kumiki.table.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.kumiki.api.table.Filter;
import org.kumiki.api.table.Filter.And;
import org.kumiki.api.table.Filter.Every;
import org.kumiki.api.table.Filter.Named;
import org.kumiki.api.table.Filter.Or;
import org.kumiki.api.table.Filter.Present;
import org.kumiki.api.table.Filter.Some;
import org.kumiki.api.table.Item;
import org.kumiki.api.table.Position;
import org.pcollections.TreePMap;

/**
 * Parts of indexes that have every item of which a filter holds, and perhaps more.
 *
 * @param size how many entries there are in the parts
 */
record Cover(List<Part> parts, long size) {

    /**
     * A part of the index of an attribute, or of the names of items.
     *
     * @param attribute none: the names
     */
    record Part(Optional<String> attribute, Ranges ranges) {

        long size(Table table) {
            return ranges.ranges().stream().mapToLong(range -> attribute.isPresent()
                    ? table.index(attribute.get()).in(range).size()
                    : names(table, range).size()).sum();
        }

        private void forEach(Table table, Consumer<Item> action) {
            for (Range range : ranges.ranges()) {
                if (attribute.isEmpty()) {
                    names(table, range).values().forEach(action);
                } else {
                    for (Position entry : table.index(attribute.get()).in(range)) {
                        action.accept(table.items().get(entry.item()));
                    }
                }
            }
        }
    }

    Cover {
        parts = List.copyOf(parts);
    }

    /** The smallest one that the indexes have; none, if the filter may hold of any item. */
    static Optional<Cover> of(Table table, Filter filter) {
        if (filter instanceof Some some) {
            return Optional.of(of(table, new Part(Optional.of(some.attribute()), Ranges.of(some.condition()))));
        }
        if (filter instanceof Every every) {
            return Optional.of(of(table, new Part(Optional.of(every.attribute()), Ranges.of(every.condition()))));
        }
        if (filter instanceof Present present) {
            return Optional.of(of(table, new Part(Optional.of(present.attribute()), Ranges.EVERYTHING)));
        }
        if (filter instanceof Named named) {
            return Optional.of(of(table, new Part(Optional.empty(), Ranges.of(named.condition()))));
        }
        if (filter instanceof And and) {
            return and.filters().stream().flatMap(each -> of(table, each).stream()).min(Comparator.comparingLong(Cover::size));
        }
        return filter instanceof Or or ? ofAll(table, or.filters()) : Optional.empty();
    }

    private static Cover of(Table table, Part part) {
        return new Cover(List.of(part), part.size(table));
    }

    private static Optional<Cover> ofAll(Table table, List<Filter> filters) {
        List<Part> parts = new ArrayList<>();
        long size = 0;
        for (Filter filter : filters) {
            Optional<Cover> cover = of(table, filter);
            if (cover.isEmpty()) {
                return Optional.empty();
            }
            parts.addAll(cover.get().parts());
            size += cover.get().size();
        }
        return Optional.of(new Cover(parts, size));
    }

    /** Each item once, in no order. */
    void forEach(Table table, Consumer<Item> action) {
        Set<String> seen = new HashSet<>();
        for (Part part : parts) {
            part.forEach(table, item -> {
                if (seen.add(item.name())) {
                    action.accept(item);
                }
            });
        }
    }

    static TreePMap<String, Item> names(Table table, Range range) {
        return range.to().isEmpty() ? table.items().tailMap(range.from(), true) : table.items().subMap(range.from(), true, range.to().get(), false);
    }
}
