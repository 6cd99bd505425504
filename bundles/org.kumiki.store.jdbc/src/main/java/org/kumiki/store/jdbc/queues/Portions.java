package org.kumiki.store.jdbc.queues;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Long lists, in parts. A statement about a list of messages finds each by its key, but may go through the whole list once for each: that is nothing with
 * a hundred of them, and hours with a hundred thousand.
 */
final class Portions {

    private static final int MOST = 100;

    private Portions() {
    }

    /** In the same order. */
    static <T> List<List<T>> of(Collection<T> all) {
        List<T> list = List.copyOf(all);
        List<List<T>> portions = new ArrayList<>();
        for (int from = 0; from < list.size(); from += MOST) {
            portions.add(list.subList(from, Math.min(list.size(), from + MOST)));
        }
        return portions;
    }
}
