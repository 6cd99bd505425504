package org.kumiki.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Slows down guessing: after five failures in a row, the next attempt must wait, twice as long after each, up to half a minute. All
 * attempts are counted together, because whoever reaches a loopback listener can have any address. Thread-safe.
 */
final class Throttle {

    static final int FREE = 5;
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final LongSupplier clock;
    private int failures;
    private long last;
    private Duration pause = Duration.ZERO;

    /** @param clock in nanoseconds, like {@link System#nanoTime()} */
    Throttle(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Asks for an attempt. It counts as failed from here on, so that many at once are not more than one after the other.
     *
     * @return how long to wait before asking again; zero if the attempt may be made
     */
    synchronized Duration ask() {
        long now = clock.getAsLong();
        Duration left = pause.minusNanos(now - last);
        if (!pause.isZero() && left.compareTo(Duration.ZERO) > 0) {
            return left;
        }
        failures++;
        if (failures >= FREE) {
            long seconds = 1L << Math.min(failures - FREE, 10);
            pause = seconds < LONGEST.toSeconds() ? Duration.ofSeconds(seconds) : LONGEST;
            last = now;
        }
        return Duration.ZERO;
    }

    /** The attempt was right. */
    synchronized void succeeded() {
        failures = 0;
        pause = Duration.ZERO;
    }
}
