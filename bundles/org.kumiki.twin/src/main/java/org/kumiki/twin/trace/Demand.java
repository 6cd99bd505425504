package org.kumiki.twin.trace;

import java.time.Duration;
import java.util.List;

/**
 * What a datacenter is asked for in the course of time: which instances arrive when, how long they live, and what they use. Immutable and the same each
 * time, so a scenario that is run twice comes to the same. {@link Demands} makes some up.
 *
 * @param length   how long it is
 * @param arrivals in the order in which they arrive
 */
public record Demand(Duration length, List<Arrival> arrivals) {

    public Demand {
        arrivals = List.copyOf(arrivals);
        for (int index = 0; index < arrivals.size(); index++) {
            Duration at = arrivals.get(index).at();
            if (at.compareTo(length) >= 0 || index > 0 && at.compareTo(arrivals.get(index - 1).at()) < 0) {
                throw new IllegalArgumentException(arrivals.get(index).name() + " arrives after " + at + ": arrivals are in order, and before the end after " + length);
            }
        }
    }

    /** How many instances there are at a moment. */
    public long population(Duration moment) {
        return arrivals.stream().filter(arrival -> arrival.isThere(moment)).count();
    }
}
