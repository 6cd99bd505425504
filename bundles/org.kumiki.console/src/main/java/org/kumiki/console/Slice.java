package org.kumiki.console;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One page of a longer list.
 *
 * @param found how many there are on all pages
 * @param page  from 1; never beyond the last
 * @param size  how many a full page has
 */
record Slice<T>(int found, int page, int pages, int size, List<T> rows) {

    /** The same page with other things in place of its rows. */
    <S> Slice<S> with(Map<T, S> others) {
        return new Slice<>(found, page, pages, size, rows.stream().map(others::get).toList());
    }

    /** Cuts a page out, and makes rows of that page alone. */
    static <S, T> Slice<T> of(List<S> all, int page, int size, Function<S, T> row) {
        int pages = Math.max(1, (all.size() + size - 1) / size);
        int shown = Math.min(page, pages);
        int from = (shown - 1) * size;
        List<S> part = all.subList(from, Math.min(all.size(), from + size));
        return new Slice<>(all.size(), shown, pages, size, part.stream().map(row).toList());
    }
}
