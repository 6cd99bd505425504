package org.kumiki.api.table;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A question to a domain.
 *
 * @param after    only answers that come after this place
 * @param wanted   about so many answers will be taken; a store may choose its way by that
 * @param patience after which it is time to answer with what has been found
 */
public record Query(Filter filter, Sorting sorting, Optional<Position> after, int wanted, Duration patience) {

    public Query {
        Objects.requireNonNull(filter);
        Objects.requireNonNull(sorting);
        Objects.requireNonNull(after);
        Objects.requireNonNull(patience);
        if (wanted < 1) {
            throw new IllegalArgumentException("no answer is wanted");
        }
    }
}
