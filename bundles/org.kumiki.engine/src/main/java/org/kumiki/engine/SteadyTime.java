package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;

/**
 * For how long the clock has gone evenly. While it is set it cannot tell how old something is, so nothing is called old before it has
 * gone evenly for that long; the same after a start, since nobody knows what happened to the clock before.
 */
record SteadyTime(Instant last, Duration lasted) {

    /** A task of the timeline may be this late. */
    private static final Duration LATE = Duration.ofSeconds(30);

    static SteadyTime from(Instant now) {
        return new SteadyTime(now, Duration.ZERO);
    }

    /** @param passed what has passed at least, by a clock that cannot be set */
    SteadyTime tick(Instant now, Duration passed) {
        Duration shown = Duration.between(last, now);
        boolean even = shown.compareTo(passed.minus(LATE)) >= 0 && shown.compareTo(passed.plus(LATE)) <= 0;
        return new SteadyTime(now, even ? lasted.plus(passed) : Duration.ZERO);
    }

    boolean hasLasted(Duration time) {
        return lasted.compareTo(time) >= 0;
    }
}
