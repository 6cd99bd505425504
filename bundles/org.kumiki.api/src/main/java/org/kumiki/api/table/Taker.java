package org.kumiki.api.table;

import org.osgi.annotation.versioning.ConsumerType;

/** Takes items, one after the other: the first in any case, so that whoever asks again gets on. */
@ConsumerType
@FunctionalInterface
public interface Taker {

    /** @return whether it has taken the item; if not, it wants no more */
    boolean take(Item item);
}
