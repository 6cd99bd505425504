package org.kumiki.twin.trace;

import java.time.Duration;
import java.util.Optional;

/**
 * An instance that somebody launches.
 *
 * @param name of its own within the demand, which says what it is: {@code web-000017}
 * @param at   since the demand began
 * @param life how long until it is terminated; empty if it outlives the demand
 * @param type by name, e.g. {@code t2.nano}
 * @param use  what it uses, from its arrival to its end
 */
public record Arrival(String name, Duration at, Optional<Duration> life, String type, Use use) {

    public Arrival {
        if (name.isBlank() || type.isBlank() || at.isNegative() || life.filter(each -> each.isNegative() || each.isZero()).isPresent()) {
            throw new IllegalArgumentException("an arrival has a name, a type, a moment that is not negative and a life: " + name + ", " + type + ", " + at + ", " + life);
        }
    }

    /** When it is terminated; empty if it outlives the demand. */
    public Optional<Duration> end() {
        return life.map(at::plus);
    }

    /** Whether it is there at a moment. */
    public boolean isThere(Duration moment) {
        return at.compareTo(moment) <= 0 && end().filter(end -> end.compareTo(moment) <= 0).isEmpty();
    }
}
