package org.kumiki.api.queue;

import java.util.Objects;

/**
 * A message that is kept.
 *
 * @param sequence greater than that of every message that was sent to the queue before
 */
public record Sent(String id, long sequence) {

    public Sent {
        Objects.requireNonNull(id);
    }
}
