package org.kumiki.api.queue;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message that somebody wants to send.
 *
 * @param attributes    whatever the fa&ccedil;ade wants to be told with it; a store does not look at them
 * @param delay         none: the queue's
 * @param group         of whose messages it is delivered in order; there if the queue has groups. In another queue it is kept, and says nothing
 * @param deduplication sent again within five minutes, it is answered as before and forgotten; there if the queue has groups. In another queue it is kept,
 *                      and says nothing
 */
public record Outgoing(String body, Map<String, String> attributes, Optional<Duration> delay, Optional<String> group,
        Optional<String> deduplication) {

    public Outgoing {
        Objects.requireNonNull(body);
        attributes = Map.copyOf(attributes);
        Objects.requireNonNull(delay);
        Objects.requireNonNull(group);
        Objects.requireNonNull(deduplication);
    }
}
