package org.kumiki.api.forecast;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * How far forecasts of a kind were off. Medians, as a few that went wrong say little about the rest.
 *
 * @param total       of how long it took, by which share of that (the median absolute percentage error, as a share)
 * @param downtime    the same of how long instances stood still
 * @param load        of what hosts carried afterwards, by which share of their processors
 * @param undisturbed the same of hosts that had as many guests in the end as was foreseen
 */
public record Accuracy(Undertaking.Kind kind, Median total, Median downtime, Median load, Median undisturbed) {

    /**
     * A median of errors.
     *
     * @param of    how many
     * @param error empty if there is none
     */
    public record Median(int of, OptionalDouble error) {

        static Median of(DoubleStream errors) {
            double[] sorted = errors.sorted().toArray();
            int middle = sorted.length / 2;
            return new Median(sorted.length, sorted.length == 0 ? OptionalDouble.empty()
                    : OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2));
        }
    }

    /** Of each kind. */
    public static List<Accuracy> of(List<Foreseen> all) {
        return Stream.of(Undertaking.Kind.values()).map(kind -> of(kind, all.stream().filter(each -> each.undertaking().kind() == kind).toList())).toList();
    }

    private static Accuracy of(Undertaking.Kind kind, List<Foreseen> all) {
        return new Accuracy(kind, Median.of(all.stream().flatMapToDouble(each -> each.error().stream())),
                Median.of(all.stream().flatMapToDouble(each -> each.downtimeError().stream())),
                Median.of(all.stream().flatMap(each -> each.loads().stream()).mapToDouble(Foreseen.Load::error)),
                Median.of(all.stream().flatMap(each -> each.loads().stream()).filter(Foreseen.Load::undisturbed).mapToDouble(Foreseen.Load::error)));
    }
}
