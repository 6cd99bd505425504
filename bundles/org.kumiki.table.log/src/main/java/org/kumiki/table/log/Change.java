package org.kumiki.table.log;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Item;

/** A record of the log: what has become of something, so that to carry it out decides nothing, and comes to the same if it happens once more. */
sealed interface Change {

    record DomainMade(long number, DomainId id, Instant created) implements Change {

        public DomainMade {
            Objects.requireNonNull(id);
            Objects.requireNonNull(created);
        }
    }

    record DomainGone(long number) implements Change {
    }

    /**
     * Items of a domain, all of them at once.
     *
     * @param set  what they are now
     * @param gone the names of those that are no more
     */
    record ItemsSet(long number, List<Item> set, List<String> gone) implements Change {

        public ItemsSet {
            set = List.copyOf(set);
            gone = List.copyOf(gone);
        }
    }
}
