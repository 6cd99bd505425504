package org.kumiki.api.forecast;

import java.time.Duration;

/**
 * What has happened.
 *
 * @param total               how long it took
 * @param downtime            how long the instance stood still; zero for a start or a stop
 * @param bytes               that were sent; 0 unless a running instance moved
 * @param dirtyBytesPerSecond how fast the instance wrote to memory that was already sent, the most that was seen; 0 if nobody said
 * @param bytesPerSecond      of the channel, the most that was seen; 0 if nobody said
 */
public record Happened(Duration total, Duration downtime, long bytes, double dirtyBytesPerSecond, double bytesPerSecond) {

    /** A start or a stop. */
    public static Happened after(Duration total) {
        return new Happened(total, Duration.ZERO, 0, 0, 0);
    }

    /** A move of an instance that was off meanwhile. */
    public static Happened cold(Duration total, Duration off) {
        return new Happened(total, off, 0, 0, 0);
    }
}
