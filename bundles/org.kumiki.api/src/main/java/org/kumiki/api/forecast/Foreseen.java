package org.kumiki.api.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.kumiki.api.model.HostId;

/**
 * What was foreseen beside what happened.
 *
 * @param at         when it was begun
 * @param by         who foresaw it: bundle and version; empty if nobody did
 * @param forecast   empty if nobody could tell
 * @param over       when it had ended, well or not; empty while it goes on
 * @param happened   empty unless it has ended well
 * @param failure    why it has not ended well, or why nobody knows how it has ended; empty unless that is so
 * @param afterwards what was measured some time after; empty before that
 */
public record Foreseen(Undertaking undertaking, Instant at, String by, Optional<Forecast> forecast, Optional<Instant> over, Optional<Happened> happened,
        String failure, Optional<Afterwards> afterwards) {

    /** Something that begins, and of which nobody has said anything yet. */
    public static Foreseen begun(Undertaking undertaking, Instant at) {
        return new Foreseen(undertaking, at, "", Optional.empty(), Optional.empty(), Optional.empty(), "", Optional.empty());
    }

    public Foreseen with(String who, Forecast what) {
        return new Foreseen(undertaking, at, who, Optional.of(what), over, happened, failure, afterwards);
    }

    public Foreseen with(Instant end, Happened what) {
        return new Foreseen(undertaking, at, by, forecast, Optional.of(end), Optional.of(what), "", afterwards);
    }

    public Foreseen failed(Instant end, String why) {
        return new Foreseen(undertaking, at, by, forecast, Optional.of(end), Optional.empty(), why, afterwards);
    }

    public Foreseen with(Afterwards measured) {
        return new Foreseen(undertaking, at, by, forecast, over, happened, failure, Optional.of(measured));
    }

    /** The same without what hosts carry, which comes of the instances of all accounts. */
    public Foreseen withoutLoads() {
        return new Foreseen(undertaking, at, by, forecast.map(known -> known.with(List.of())), over, happened, failure, Optional.empty());
    }

    /** How long it took, of how long it should have: 1 for as long. Empty while that is not known. */
    public OptionalDouble ratio() {
        return forecast.isEmpty() || happened.isEmpty() || forecast.get().total().isZero() ? OptionalDouble.empty()
                : OptionalDouble.of(seconds(happened.get().total()) / seconds(forecast.get().total()));
    }

    /** By which share of how long it took the forecast was off: 0 for not at all. Empty while that is not known. */
    public OptionalDouble error() {
        return forecast.isEmpty() || happened.isEmpty() ? OptionalDouble.empty() : error(forecast.get().total(), happened.get().total());
    }

    /** The same of how long the instance stood still; empty unless it moved. */
    public OptionalDouble downtimeError() {
        return forecast.isEmpty() || happened.isEmpty() ? OptionalDouble.empty() : error(forecast.get().downtime(), happened.get().downtime());
    }

    /** Of each host of which both is known, what it was to carry and what it did. */
    public List<Load> loads() {
        return forecast.stream().flatMap(known -> known.loads().stream())
                .flatMap(load -> afterwards.flatMap(measured -> measured.of(load.host())).filter(measured -> measured.share().isPresent())
                        .map(measured -> new Load(load.host(), load.share(), measured.share().getAsDouble(), load.guests() == measured.guests())).stream())
                .toList();
    }

    /**
     * What a host was to carry, and what it did, as shares of its processors.
     *
     * @param undisturbed whether it had as many guests in the end as was foreseen
     */
    public record Load(HostId host, double foreseen, double measured, boolean undisturbed) {

        /** By which share of the host's processors the forecast was off. */
        public double error() {
            return Math.abs(foreseen - measured);
        }
    }

    private static OptionalDouble error(Duration foreseen, Duration was) {
        return was.isZero() ? OptionalDouble.empty() : OptionalDouble.of(Math.abs(seconds(foreseen) - seconds(was)) / seconds(was));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
