package org.kumiki.api.queue;

/**
 * How many messages a queue has.
 *
 * @param visible  that could be received now
 * @param inFlight that were received, and whose time is not up
 * @param delayed  that cannot be received yet
 */
public record Counts(long visible, long inFlight, long delayed) {
}
