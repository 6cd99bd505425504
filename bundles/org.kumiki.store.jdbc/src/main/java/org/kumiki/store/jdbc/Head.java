package org.kumiki.store.jdbc;

/**
 * What the table says of itself, changed with every append.
 *
 * @param appends how many there have been
 * @param rows    how many things there are an entry of
 */
record Head(long appends, long rows) {

    static final Head EMPTY = new Head(0, 0);
}
