package org.kumiki.api.queue;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a receiver asks for.
 *
 * @param most       so many messages, and no more
 * @param visibility none: the queue's
 * @param patience   how long to wait if there is no message
 * @param attempt    asked again with the same name within five minutes, before anything has been done with them, the same messages are given: for a
 *                   receiver that did not hear the answer. In a queue without groups it says nothing.
 */
public record Receive(int most, Optional<Duration> visibility, Duration patience, Optional<String> attempt) {

    public Receive {
        if (most < 1) {
            throw new IllegalArgumentException("no message is asked for");
        }
        Objects.requireNonNull(visibility);
        Objects.requireNonNull(patience);
        Objects.requireNonNull(attempt);
    }
}
