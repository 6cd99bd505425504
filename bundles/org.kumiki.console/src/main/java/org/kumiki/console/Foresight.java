package org.kumiki.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Accuracy;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;

/**
 * What was foreseen beside what happened, for the page.
 *
 * @param kinds how far forecasts were off, of each kind that there was
 * @param plots {@code total} and {@code downtime} in seconds, {@code load} in shares of processors
 * @param rows  the newest, that first
 */
record Foresight(List<Kind> kinds, Map<String, Scatter> plots, List<Row> rows) {

    static final int SHOWN = 20;
    private static final String DISTURBED = "disturbed";

    /** How far forecasts of a kind were off in the median: shares, and of how many; null where there is none. */
    record Kind(String kind, int all, Off total, Off downtime, Off load, Off undisturbed) {
    }

    /** A median, and of how many. */
    record Off(double error, int of) {

        static Off of(Accuracy.Median median) {
            return median.error().isEmpty() ? null : new Off(median.error().getAsDouble(), median.of());
        }
    }

    /**
     * One of them. Times are seconds, and null where nobody knows.
     *
     * @param decision that it was begun, as long as it is kept; else null
     * @param failure  why it has not ended well; else null
     */
    record Row(long at, String kind, String id, String name, Long decision, Double foreseen, Double took, Double standstill, Double stoodStill,
            String failure, List<Load> loads) {
    }

    /** A host, what it was to carry and what it did, as shares; null where nobody knows, and then perhaps why. */
    record Load(String host, Double foreseen, Double measured, String reason) {
    }

    static Foresight of(List<Foreseen> all, Inventory inventory) {
        List<Kind> kinds = Accuracy.of(all).stream().map(accuracy -> new Kind(Overview.lower(accuracy.kind()), count(all, accuracy.kind()), Off.of(accuracy.total()),
                Off.of(accuracy.downtime()), Off.of(accuracy.load()), Off.of(accuracy.undisturbed()))).filter(kind -> kind.all() > 0).toList();
        List<Foreseen> newest = new ArrayList<>(all.subList(Math.max(0, all.size() - SHOWN), all.size()));
        Collections.reverse(newest);
        return new Foresight(kinds, Map.of(
                "total", Scatter.logarithmic(all.stream().flatMap(each -> pair(each, Forecast::total, Happened::total)).toList()),
                "downtime", Scatter.logarithmic(all.stream().filter(each -> each.undertaking().source().isPresent())
                        .flatMap(each -> pair(each, Forecast::downtime, Happened::downtime)).toList()),
                "load", Scatter.linear(all.stream().flatMap(Foresight::loads).toList())),
                newest.stream().map(each -> row(each, inventory)).toList());
    }

    private static int count(List<Foreseen> all, Undertaking.Kind kind) {
        return (int) all.stream().filter(each -> each.undertaking().kind() == kind).count();
    }

    private static Stream<Scatter.Pair> pair(Foreseen each, Function<Forecast, Duration> foreseen, Function<Happened, Duration> was) {
        return each.forecast().flatMap(forecast -> each.happened().map(happened -> new Scatter.Pair(Overview.lower(each.undertaking().kind()),
                seconds(foreseen.apply(forecast)), seconds(was.apply(happened))))).stream();
    }

    /** Those where more has happened on the host than this stand apart. */
    private static Stream<Scatter.Pair> loads(Foreseen each) {
        return each.loads().stream().map(load -> new Scatter.Pair(load.undisturbed() ? Overview.lower(each.undertaking().kind()) : DISTURBED, load.foreseen(),
                load.measured()));
    }

    private static Row row(Foreseen each, Inventory inventory) {
        Undertaking undertaking = each.undertaking();
        boolean moves = undertaking.source().isPresent();
        return new Row(each.at().toEpochMilli(), Overview.lower(undertaking.kind()), undertaking.guest().id().value(),
                inventory.instances().find(undertaking.guest().id()).map(InstanceRow::name).orElse(""),
                inventory.decisions().find(undertaking.decision()).map(Decision::number).orElse(null),
                each.forecast().map(forecast -> seconds(forecast.total())).orElse(null), each.happened().map(happened -> seconds(happened.total())).orElse(null),
                each.forecast().filter(forecast -> moves).map(forecast -> seconds(forecast.downtime())).orElse(null),
                each.happened().filter(happened -> moves).map(happened -> seconds(happened.downtime())).orElse(null),
                each.failure().isEmpty() ? null : each.failure(), undertaking.hosts().stream().map(host -> load(each, host)).toList());
    }

    private static Load load(Foreseen each, HostId host) {
        Optional<HostLoad> foreseen = each.forecast().flatMap(forecast -> forecast.loads().stream().filter(load -> load.host().equals(host)).findFirst());
        Optional<MeasuredLoad> measured = each.afterwards().flatMap(afterwards -> afterwards.of(host));
        OptionalDouble share = measured.map(MeasuredLoad::share).orElse(OptionalDouble.empty());
        return new Load(host.value(), foreseen.map(HostLoad::share).orElse(null), share.isPresent() ? (Double) share.getAsDouble() : null,
                measured.map(MeasuredLoad::reason).filter(reason -> !reason.isEmpty()).orElse(null));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
