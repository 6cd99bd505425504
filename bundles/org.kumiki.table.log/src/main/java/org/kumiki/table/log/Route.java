package org.kumiki.table.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.table.Filter;
import org.kumiki.api.table.Filter.And;
import org.kumiki.api.table.Filter.Every;
import org.kumiki.api.table.Filter.Named;
import org.kumiki.api.table.Filter.Some;
import org.kumiki.api.table.Position;
import org.kumiki.api.table.Query;
import org.kumiki.api.table.Condition;
import org.pcollections.TreePSet;

/**
 * Where the answers to a query are in the index that has them in the order that is asked for.
 *
 * @param names   pieces of the names of items, if they are in the order of those
 * @param entries pieces of the index of an attribute, if they are in the order of its values
 * @param length  how many steps there are
 */
record Route(List<TreePSet<String>> names, List<TreePSet<Position>> entries, boolean descending, long length) {

    static Route of(Table table, Query query) {
        boolean descending = query.sorting().descending();
        Optional<String> attribute = query.sorting().attribute();
        List<TreePSet<String>> names = new ArrayList<>();
        List<TreePSet<Position>> entries = new ArrayList<>();
        for (Range range : ranges(table, query)) {
            if (attribute.isEmpty()) {
                names.add(rest(Cover.names(table, range).navigableKeySet(), query.after().map(Position::item), descending));
            } else {
                entries.add(rest(table.index(attribute.get()).in(range), query.after(), descending));
            }
        }
        if (descending) {
            Collections.reverse(names);
            Collections.reverse(entries);
        }
        long length = names.stream().mapToLong(TreePSet::size).sum() + entries.stream().mapToLong(TreePSet::size).sum();
        return new Route(names, entries, descending, length);
    }

    /** In order. */
    private static List<Range> ranges(Table table, Query query) {
        Optional<String> attribute = query.sorting().attribute();
        if (attribute.isPresent() && table.index(attribute.get()).several() > 0) {
            // An item belongs where the first of its values is, though another one may be the one that is asked for.
            return List.of(Range.EVERYTHING);
        }
        List<Filter> all = query.filter() instanceof And and ? and.filters() : List.of(query.filter());
        List<Condition> conditions = all.stream().flatMap(filter -> condition(filter, attribute).stream()).toList();
        return Ranges.of(new Condition.All(conditions)).ranges();
    }

    private static Optional<Condition> condition(Filter filter, Optional<String> attribute) {
        if (filter instanceof Named named && attribute.isEmpty()) {
            return Optional.of(named.condition());
        }
        if (filter instanceof Some some && attribute.filter(some.attribute()::equals).isPresent()) {
            return Optional.of(some.condition());
        }
        if (filter instanceof Every every && attribute.filter(every.attribute()::equals).isPresent()) {
            return Optional.of(every.condition());
        }
        return Optional.empty();
    }

    private static <T> TreePSet<T> rest(TreePSet<T> piece, Optional<T> after, boolean descending) {
        if (after.isEmpty()) {
            return piece;
        }
        return descending ? piece.headSet(after.get(), false) : piece.tailSet(after.get(), false);
    }

    /** Piece by piece in the order that is asked for. */
    List<Iterator<Position>> steps() {
        List<Iterator<Position>> steps = new ArrayList<>();
        names.forEach(piece -> steps.add(new Names(steps(piece))));
        entries.forEach(piece -> steps.add(steps(piece)));
        return steps;
    }

    private <T> Iterator<T> steps(TreePSet<T> piece) {
        return descending ? piece.descendingIterator() : piece.iterator();
    }

    private record Names(Iterator<String> names) implements Iterator<Position> {

        @Override
        public boolean hasNext() {
            return names.hasNext();
        }

        @Override
        public Position next() {
            return new Position("", names.next());
        }
    }
}
