package org.kumiki.api.queue;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How much is in a queue.
 *
 * @param visible  messages that could be received now; of a group all, also those that wait for the ones before them
 * @param inFlight messages that were received, and whose time is not up
 * @param delayed  messages that have not been received, and cannot be yet
 * @param bytes    that all of them take, about
 * @param oldest   when the first of those was sent that are still there
 */
public record Counts(long visible, long inFlight, long delayed, long bytes, Optional<Instant> oldest) {

    public static final Counts NONE = new Counts(0, 0, 0, 0, Optional.empty());

    public Counts {
        Objects.requireNonNull(oldest);
    }

    public long messages() {
        return visible + inFlight + delayed;
    }
}
