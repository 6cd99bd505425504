package org.kumiki.console;

import java.time.Instant;

/**
 * What the page shows of the stores.
 *
 * @param now in milliseconds since 1970, as are all times
 */
record Stores(long now, Part<Buckets.Row> buckets, Part<Queues.Row> queues, Part<Domains.Row> domains) {

    /** What stays the same as long as nothing is new: all but the time. */
    String state() {
        return Secret.digest(Json.write(new Stores(0, buckets, queues, domains)));
    }

    Stores at(Instant moment) {
        return new Stores(moment.toEpochMilli(), buckets, queues, domains);
    }
}
