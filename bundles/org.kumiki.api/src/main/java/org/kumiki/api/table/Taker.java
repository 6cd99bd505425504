package org.kumiki.api.table;

/** Takes items, one after the other: the first in any case, so that whoever asks again gets on. */
@FunctionalInterface
public interface Taker {

    /** @return whether it has taken the item; if not, it wants no more */
    boolean take(Item item);
}
