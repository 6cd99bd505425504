package org.kumiki.hypervisor.simulated;

import java.time.Duration;
import java.util.SplittableRandom;

/** Draws from the model; what is drawn depends on the seed and the order of the draws alone. Thread-safe. */
final class Chance {

    private final SplittableRandom random;
    private final long startMillis;
    private final long startDeviationMillis;
    private final double failureRate;
    private final long lifeMillis;

    Chance(Config config) {
        random = new SplittableRandom(config.seed());
        startMillis = config.startMillis();
        startDeviationMillis = config.startDeviationMillis();
        failureRate = config.failureRate();
        lifeMillis = config.guestLifeMillis();
    }

    /** Normally distributed, and never negative. */
    synchronized Duration startTime() {
        double millis = startDeviationMillis == 0 ? startMillis : random.nextGaussian(startMillis, startDeviationMillis);
        return Duration.ofNanos(Math.round(Math.max(0, millis) * 1e6));
    }

    synchronized boolean fails() {
        return failureRate > 0 && random.nextDouble() < failureRate;
    }

    boolean isLifeLimited() {
        return lifeMillis > 0;
    }

    /** Exponentially distributed: a guest that has run for long is as likely to go on as a new one. */
    synchronized Duration lifeTime() {
        return Duration.ofNanos(Math.round(random.nextExponential() * lifeMillis * 1e6));
    }
}
