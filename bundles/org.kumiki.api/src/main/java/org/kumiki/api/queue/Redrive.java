package org.kumiki.api.queue;

import java.util.Objects;

/**
 * Where messages go that nobody manages to deal with.
 *
 * @param to            the queue that takes them
 * @param afterReceives how often a message is delivered before it goes there; at least once
 */
public record Redrive(QueueId to, int afterReceives) {

    public Redrive {
        Objects.requireNonNull(to);
        if (afterReceives < 1) {
            throw new IllegalArgumentException("a message is delivered at least once, not " + afterReceives + " times");
        }
    }
}
