package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Slows down guessing: after five failures in a row, the next attempt must wait, twice as long after each, up to half a minute. All
 * attempts are counted together, because whoever reaches a loopback listener can have any address. Thread-safe.
 */
final class Throttle {

    static final int FREE = 5;
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final InstantSource clock;
    private int failures;
    private Instant next = Instant.MIN;

    Throttle(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Asks for an attempt. It counts as failed from here on, so that many at once are not more than one after the other.
     *
     * @return how long to wait before asking again; zero if the attempt may be made
     */
    synchronized Duration ask() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return Duration.between(now, next);
        }
        failures++;
        if (failures >= FREE) {
            long seconds = 1L << Math.min(failures - FREE, 10);
            next = now.plus(seconds < LONGEST.toSeconds() ? Duration.ofSeconds(seconds) : LONGEST);
        }
        return Duration.ZERO;
    }

    /** The attempt was right. */
    synchronized void succeeded() {
        failures = 0;
        next = Instant.MIN;
    }
}
