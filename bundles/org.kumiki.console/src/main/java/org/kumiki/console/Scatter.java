package org.kumiki.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What was foreseen against what was, as a drawing of {@link #SIZE} by {@link #SIZE}: the further right the more was foreseen, the further up the
 * more it was, and right where both are the same on the diagonal. Both axes have one scale.
 *
 * @param dots  by the name of a kind: a path of points
 * @param ticks where a line stands for a value
 */
record Scatter(Map<String, String> dots, List<Tick> ticks) {

    static final int SIZE = 200;
    private static final int MOST_TICKS = 7;

    /** A value at so much from the left and from below. */
    record Tick(double at, double value) {
    }

    /** What was foreseen, and what it was. */
    record Pair(String kind, double foreseen, double was) {
    }

    /** By powers of ten, from the one below the least to the one above the most. What is nothing has no place there. */
    static Scatter logarithmic(List<Pair> pairs) {
        List<Pair> positive = pairs.stream().filter(pair -> pair.foreseen() > 0 && pair.was() > 0).toList();
        if (positive.isEmpty()) {
            return new Scatter(Map.of(), List.of());
        }
        int least = (int) Math.floor(all(positive).map(Math::log10).min().orElseThrow());
        int most = Math.max(least + 1, (int) Math.ceil(all(positive).map(Math::log10).max().orElseThrow()));
        double unit = (double) SIZE / (most - least);
        int step = 1 + (most - least) / MOST_TICKS;
        return new Scatter(dots(positive.stream().map(pair -> new Pair(pair.kind(), unit * (Math.log10(pair.foreseen()) - least),
                unit * (Math.log10(pair.was()) - least))).toList()),
                IntStream.iterate(least, power -> power <= most, power -> power + step).mapToObj(power -> new Tick(unit * (power - least), Math.pow(10, power)))
                        .toList());
    }

    /** From nothing to a share that all are below, in quarters of it. */
    static Scatter linear(List<Pair> pairs) {
        if (pairs.isEmpty()) {
            return new Scatter(Map.of(), List.of());
        }
        double most = all(pairs).max().orElseThrow();
        double top = DoubleStream.of(0.04, 0.1, 0.2, 0.4).filter(each -> most <= each).findFirst().orElse(1);
        return new Scatter(dots(pairs.stream().map(pair -> new Pair(pair.kind(), SIZE * pair.foreseen() / top, SIZE * Math.min(1, pair.was() / top))).toList()),
                IntStream.rangeClosed(0, 4).mapToObj(quarter -> new Tick(SIZE * quarter / 4.0, top * quarter / 4)).toList());
    }

    private static DoubleStream all(List<Pair> pairs) {
        return pairs.stream().flatMapToDouble(pair -> DoubleStream.of(pair.foreseen(), pair.was()));
    }

    private static Map<String, String> dots(List<Pair> places) {
        Map<String, List<Pair>> byKind = new LinkedHashMap<>();
        places.forEach(place -> byKind.computeIfAbsent(place.kind(), kind -> new ArrayList<>()).add(place));
        Map<String, String> paths = new LinkedHashMap<>();
        byKind.forEach((kind, all) -> {
            StringBuilder path = new StringBuilder();
            all.forEach(place -> path.append(String.format(Locale.ROOT, "M%.1f %.1fh.01", place.foreseen(), SIZE - place.was())));
            paths.put(kind, path.toString());
        });
        return paths;
    }
}
