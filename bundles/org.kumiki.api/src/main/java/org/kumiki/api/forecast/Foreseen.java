package org.kumiki.api.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was foreseen beside what happened.
 *
 * @param by       who foresaw it: bundle and version
 * @param at       when it was begun
 * @param happened empty while it goes on, and if it failed
 */
public record Foreseen(Undertaking undertaking, String by, Instant at, Forecast forecast, Optional<Happened> happened) {

    public Foreseen with(Happened now) {
        return new Foreseen(undertaking, by, at, forecast, Optional.of(now));
    }

    /** How long it took, of how long it should have: 1 for as long. Empty while that is not known. */
    public OptionalDouble ratio() {
        return happened.isEmpty() || forecast.total().isZero() ? OptionalDouble.empty() : OptionalDouble.of(seconds(happened.get().total()) / seconds(forecast.total()));
    }

    /** By which share of how long it took the forecast was off: 0 for not at all. Empty while that is not known. */
    public OptionalDouble error() {
        return happened.isEmpty() || happened.get().total().isZero() ? OptionalDouble.empty()
                : OptionalDouble.of(Math.abs(seconds(forecast.total()) - seconds(happened.get().total())) / seconds(happened.get().total()));
    }

    /** The median of the errors of a kind (the median absolute percentage error, as a share); empty if none is over. */
    public static OptionalDouble medianError(List<Foreseen> all, Undertaking.Kind kind) {
        double[] errors = all.stream().filter(each -> each.undertaking().kind() == kind).flatMapToDouble(each -> each.error().stream()).sorted().toArray();
        int middle = errors.length / 2;
        return errors.length == 0 ? OptionalDouble.empty()
                : OptionalDouble.of(errors.length % 2 == 1 ? errors[middle] : (errors[middle - 1] + errors[middle]) / 2);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
