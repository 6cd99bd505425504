package org.kumiki.aws;

import java.time.Duration;

/**
 * What a façade puts up with.
 *
 * @param bodyBytes  the longest body of a request, in bytes
 * @param inFlight   how many requests are worked on at a time; one more is refused and may be sent again
 * @param answerTime how long an action may take; then the client hears that the service is unavailable, though what it
 *                   asked may still happen
 */
public record Limits(int bodyBytes, int inFlight, Duration answerTime) {

    public static final Limits DEFAULT = new Limits(1 << 20, 1_000, Duration.ofSeconds(60));

    public Limits {
        if (bodyBytes < 1 || inFlight < 1 || answerTime.isNegative() || answerTime.isZero()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
