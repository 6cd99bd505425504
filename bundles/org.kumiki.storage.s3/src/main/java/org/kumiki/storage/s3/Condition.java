package org.kumiki.storage.s3;

import java.util.Optional;

/**
 * What must be there for a write to be done.
 *
 * @param etag of what must be there; if empty, there must be nothing
 */
record Condition(Optional<String> etag) {

    static final Condition NOTHING = new Condition(Optional.empty());

    static Condition is(String etag) {
        return new Condition(Optional.of(etag));
    }
}
