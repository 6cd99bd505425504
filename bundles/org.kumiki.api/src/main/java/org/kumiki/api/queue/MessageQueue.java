package org.kumiki.api.queue;

import java.time.Instant;
import java.util.Objects;

/**
 * A queue.
 *
 * @param changed when its settings were last
 */
public record MessageQueue(QueueId id, Instant created, Instant changed, QueueSettings settings) {

    public MessageQueue {
        Objects.requireNonNull(id);
        Objects.requireNonNull(created);
        Objects.requireNonNull(changed);
        Objects.requireNonNull(settings);
    }
}
