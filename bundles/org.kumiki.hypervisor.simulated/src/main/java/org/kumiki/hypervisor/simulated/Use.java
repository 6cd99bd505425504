package org.kumiki.hypervisor.simulated;

import java.time.Duration;
import java.time.Instant;

/**
 * How busy guests are: by a mean, and by the time of day. Pure, so that nobody has to be there to measure.
 *
 * @param mean  of a guest's CPUs, from 0 to 1
 * @param swing of the mean, from 0 to 1, between the busiest hour and the day's average
 */
record Use(double mean, double swing) {

    private static final double DAY = Duration.ofDays(1).toSeconds();
    private static final double BUSIEST = Duration.ofHours(14).toSeconds();

    Use {
        if (!(mean >= 0 && mean <= 1 && swing >= 0 && swing <= 1)) {
            throw new IllegalArgumentException("use and its swing are between 0 and 1, not " + mean + " and " + swing);
        }
    }

    static Use of(Config config) {
        return new Use(config.cpuUse(), config.cpuSwing());
    }

    /** The processor time that so many CPUs have used since the epoch: the integral of {@code mean * (1 + swing * cos(2 pi (t - busiest) / day))}. */
    Duration cpuTime(int cpus, Instant now) {
        double seconds = now.getEpochSecond() + now.getNano() / 1e9;
        double wave = DAY / (2 * Math.PI) * Math.sin(2 * Math.PI * ((seconds - BUSIEST) % DAY) / DAY);
        return Duration.ofNanos((long) (cpus * mean * (seconds + swing * wave) * 1e9));
    }
}
