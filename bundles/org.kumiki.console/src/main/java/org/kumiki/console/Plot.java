package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.RehearsalReport.Sample;

/**
 * How something went of a candidate and of the other policy, as lines in a box that is 100 wide and 40 high: data of SVG paths, which are numbers and
 * letters of its own.
 *
 * @param kind      {@code on}, {@code load}, {@code watts} or {@code overload}
 * @param candidate a line
 * @param other     another one; empty if there is no other policy
 * @param now       the candidate's newest value
 * @param otherNow  the other's; empty if there is none
 * @param top       the value at the upper edge
 */
record Plot(String kind, String candidate, String other, String now, String otherNow, String top) {

    private static final double WIDTH = 100;
    private static final double HEIGHT = 40;
    /** Left free at both edges, so that a line there is as wide as elsewhere. */
    private static final double EDGE = 0.8;

    /** What is shown of all, by host, so that parts of different size can be compared. */
    static List<Plot> of(List<Sample> samples) {
        return samples.size() < 2 ? List.of() : List.of(
                of("on", samples, figures -> figures.hosts() == 0 ? 0 : figures.on() / figures.hosts(), 1, Plot::percent),
                of("load", samples, Figures::load, 1, Plot::percent),
                of("watts", samples, Figures::wattsPerHost, 1, value -> String.format(Locale.ROOT, "%.0f W", value)),
                of("overload", samples, Figures::overload, 0.05, Plot::percent));
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    /** @param least of what is at the upper edge */
    private static Plot of(String kind, List<Sample> samples, ToDoubleFunction<Figures> value, double least, Function<Double, String> words) {
        double top = Math.max(least, samples.stream().flatMap(Plot::figures).mapToDouble(value).max().orElse(least));
        Sample last = samples.get(samples.size() - 1);
        return new Plot(kind, line(samples, sample -> Optional.of(sample.candidate()), value, top), line(samples, Sample::active, value, top),
                words.apply(value.applyAsDouble(last.candidate())), last.active().map(value::applyAsDouble).map(words).orElse(""), words.apply(top));
    }

    private static Stream<Figures> figures(Sample sample) {
        return Stream.concat(Stream.of(sample.candidate()), sample.active().stream());
    }

    private static String line(List<Sample> samples, Function<Sample, Optional<Figures>> whose, ToDoubleFunction<Figures> value, double top) {
        Instant first = samples.get(0).at();
        double all = Math.max(1, Duration.between(first, samples.get(samples.size() - 1).at()).toMillis());
        StringBuilder line = new StringBuilder();
        for (Sample sample : samples) {
            double x = WIDTH * Duration.between(first, sample.at()).toMillis() / all;
            whose.apply(sample).map(figures -> HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value.applyAsDouble(figures) / top)
                    .ifPresent(y -> line.append(line.isEmpty() ? 'M' : 'L').append(String.format(Locale.ROOT, "%.1f %.1f", x, y)));
        }
        return line.toString();
    }
}
