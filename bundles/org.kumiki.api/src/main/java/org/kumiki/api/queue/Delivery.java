package org.kumiki.api.queue;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message in the hands of a receiver.
 *
 * @param id            the same as long as it is delivered, also from the queue that a {@link Redrive} has put it into
 * @param receipt       by which the receiver says what is to become of it; another one each time it is delivered
 * @param sent          when, for the first time: a {@link Redrive} leaves it as it was, a {@link QueueStore#move} does not
 * @param first         when it was first delivered from this queue
 * @param receives      how often it has been delivered from this queue, this time included
 * @param from          the queue that gave it up, if that is how it came into this one
 */
public record Delivery(String id, String receipt, long sequence, String body, Map<String, String> attributes, Optional<String> group,
        Optional<String> deduplication, Instant sent, Instant first, int receives, Optional<QueueId> from) {

    public Delivery {
        Objects.requireNonNull(id);
        Objects.requireNonNull(receipt);
        Objects.requireNonNull(body);
        attributes = Map.copyOf(attributes);
        Objects.requireNonNull(group);
        Objects.requireNonNull(deduplication);
        Objects.requireNonNull(sent);
        Objects.requireNonNull(first);
        Objects.requireNonNull(from);
    }
}
