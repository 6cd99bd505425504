package org.kumiki.api.queue;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the store must know of a queue to do its work.
 *
 * @param delay      after which a message can be received that says nothing of its own
 * @param visibility how long a message that was received is nobody else's, if the receiver says nothing
 * @param retention  after which a message is deleted, received or not; counted from when it was first sent
 * @param redrive    none: messages are delivered as often as it takes
 * @param ordering   for ever the same, once there is a queue, but for the two kinds with groups
 * @param attributes whatever the fa&ccedil;ade wants to remember of it; a store does not look at them
 */
public record QueueSettings(Duration delay, Duration visibility, Duration retention, Optional<Redrive> redrive, Ordering ordering,
        Map<String, String> attributes) {

    /** The attribute with the policy that says who else may do what with a queue: JSON as AWS has it. Whoever delivers to queues looks at it. */
    public static final String POLICY = "Policy";

    public QueueSettings {
        Objects.requireNonNull(delay);
        Objects.requireNonNull(visibility);
        Objects.requireNonNull(retention);
        Objects.requireNonNull(redrive);
        Objects.requireNonNull(ordering);
        attributes = Map.copyOf(attributes);
    }
}
