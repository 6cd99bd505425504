package org.kumiki.api.forecast;

import java.time.Duration;

/**
 * What is foreseen.
 *
 * @param total    how long it takes
 * @param downtime how long the instance stands still; zero for a start
 * @param bytes    that are sent; 0 for a start
 */
public record Forecast(Duration total, Duration downtime, long bytes) {

    public Forecast {
        if (total.isNegative() || downtime.isNegative() || bytes < 0) {
            throw new IllegalArgumentException("nothing takes less than no time: " + total + ", " + downtime + ", " + bytes + " bytes");
        }
    }
}
