package org.kumiki.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A page of what one store has. Without a slice the store is not there, or does not answer.
 *
 * @param trouble   why it does not answer, in its own words
 * @param all       how many there are, found or not
 * @param unordered how many of those that were found come in the order of names after the others, since asking all would have cost too much
 */
record Part<T>(String trouble, int all, int unordered, Slice<T> slice) {

    /** Something on the shelf, and what is known of it; null if it was not asked. */
    private record Item<S, M>(S thing, Measured<M> measured) {
    }

    static <T> Part<T> away(String trouble) {
        return new Part<>(trouble, 0, 0, null);
    }

    /** Asks of the rows that are shown, and of others for an order alone, as far as the budget goes. */
    static <S, M, T> Part<T> of(Shelf<S, M, T> shelf, Ask ask, Budget budget) {
        Measured<List<S>> listed = Measured.of(shelf::all);
        return listed.value().map(all -> of(all, shelf, ask, budget)).orElseGet(() -> away(listed.trouble()));
    }

    private static <S, M, T> Part<T> of(List<S> all, Shelf<S, M, T> shelf, Ask ask, Budget budget) {
        List<Item<S, M>> found = new ArrayList<>();
        int unordered = 0;
        for (S thing : all) {
            if (ask.text().isEmpty() || shelf.has(thing, ask.text())) {
                boolean measured = ask.bySize() && budget.spend();
                found.add(new Item<>(thing, measured ? measure(shelf, thing) : null));
                unordered += ask.bySize() && !measured ? 1 : 0;
            }
        }
        found.sort(Comparator.comparingLong(item -> ask.bySize() ? -size(shelf, item) : 0));
        return new Part<>(null, all.size(), unordered, Slice.of(found, ask.page(), Ask.ROWS,
                item -> shelf.row(item.thing(), item.measured() == null ? measure(shelf, item.thing()) : item.measured())));
    }

    private static <S, M> Measured<M> measure(Shelf<S, M, ?> shelf, S thing) {
        return Measured.of(() -> shelf.measure(thing));
    }

    /** Those of which nothing is known come last. */
    private static <S, M> long size(Shelf<S, M, ?> shelf, Item<S, M> item) {
        return item.measured() == null ? -1 : item.measured().value().map(shelf::size).orElse(-1L);
    }
}
