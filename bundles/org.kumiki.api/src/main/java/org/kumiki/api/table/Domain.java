package org.kumiki.api.table;

import java.time.Instant;
import java.util.Objects;

/** A space of items. */
public record Domain(DomainId id, Instant created) {

    public Domain {
        Objects.requireNonNull(id);
        Objects.requireNonNull(created);
    }
}
