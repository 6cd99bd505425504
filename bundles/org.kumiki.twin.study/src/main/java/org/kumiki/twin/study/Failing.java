package org.kumiki.twin.study;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.kumiki.twin.model.Failures;

/**
 * How often hosts fail. One that has failed does not come back within a run.
 *
 * @param between how long a host runs in the mean; zero for ever
 * @param shape   of Weibull's distribution; 1 if one that has run for long is as likely to fail as a new one
 */
public record Failing(Duration between, double shape) implements Serializable {

    static final Failing NEVER = new Failing(Duration.ZERO, 1);

    private static final double FOR_GOOD = 1e18;

    boolean isNever() {
        return between.isZero();
    }

    /** When hosts fail that do, by number; the same for the same seed. */
    Map<Integer, Duration> moments(int hosts, Duration length, long seed) {
        Map<Integer, Duration> moments = new TreeMap<>();
        if (!isNever()) {
            new Failures(between.toSeconds(), FOR_GOOD, shape).outages(hosts, length.toSeconds(), seed)
                    .forEach(outage -> moments.putIfAbsent(outage.host(), Duration.ofMillis(Math.round(1e3 * outage.from()))));
        }
        return moments;
    }
}
