package org.kumiki.console;

import java.util.List;

/**
 * What a store has, for a page that shows some of it. All calls but {@link #row} and {@link #has} may fail with an exception of the store.
 *
 * @param <S> what is listed
 * @param <M> what is known of it only by asking
 * @param <T> the row that it is
 */
interface Shelf<S, M, T> {

    /** In the order of names. */
    List<S> all();

    /** @param text in lower case, not empty */
    boolean has(S thing, String text);

    M measure(S thing);

    /** By which the fullest are found. */
    long size(M measured);

    T row(S thing, Measured<M> measured);
}
