package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The plots of a report, as SVG. Pure functions. */
final class Plots {

    /** How many policies can be told from each other. */
    static final int MOST = 8;

    private static final List<String> COLOURS = List.of("#2f6db5", "#d1495b", "#2e8b57", "#c07f11", "#7b5ea7", "#1795a8", "#8c564b", "#6c757d");
    private static final int MOST_POINTS = 144;
    private static final double LETTER = 6.4;

    private final Findings findings;

    Plots(Findings findings) {
        this.findings = findings;
    }

    static String colour(int policy) {
        return COLOURS.get(policy % COLOURS.size());
    }

    private record Box(double x, double y, double width, double height) {

        double overlap(Box other) {
            double wide = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
            double high = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
            return Math.max(0, wide) * Math.max(0, high);
        }
    }

    private static Markup svg(int width, int height, String title) {
        return new Markup().begin("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", "0 0 " + width + " " + height, "role", "img", "aria-label", title);
    }

    private static void grid(Markup svg, Axis x, Axis y, java.util.function.DoubleFunction<String> xShown) {
        for (double tick : y.ticks()) {
            svg.empty("path", "class", tick == y.from() ? "axis" : "grid", "d", "M" + Markup.px(x.pixelOf()) + " " + Markup.px(y.at(tick)) + "H" + Markup.px(x.pixelTo()));
            svg.leaf("text", y.shown(tick), "class", "tick", "x", x.pixelOf() - 8, "y", y.at(tick) + 4, "text-anchor", "end");
        }
        for (double tick : x.ticks()) {
            svg.empty("path", "class", "axis", "d", "M" + Markup.px(x.at(tick)) + " " + Markup.px(y.pixelOf()) + "v5");
            svg.leaf("text", xShown.apply(tick), "class", "tick", "x", x.at(tick), "y", y.pixelOf() + 19, "text-anchor", "middle");
        }
    }

    // --- Two metrics against each other -----------------------------------------------------------------------------------------

    /** The policies that are compared there: without the one that moves nothing, which is far off, if there are others. */
    List<Integer> scattered() {
        List<Integer> moving = findings.ranking().stream().filter(policy -> !findings.scenario().policies().get(policy).policy().equals(Choice.NONE)).toList();
        return moving.size() > 1 ? moving : findings.ranking();
    }

    /** A small dot for each run, and a large one for the mean of each policy, with the intervals of both metrics. */
    Markup scatter(Metric across, Metric up) {
        int width = 900;
        int height = 440;
        List<Integer> policies = scattered();
        double[] xs = policies.stream().flatMapToDouble(policy -> java.util.Arrays.stream(findings.of(policy, across))).toArray();
        double[] ys = policies.stream().flatMapToDouble(policy -> java.util.Arrays.stream(findings.of(policy, up))).map(value -> value * up.scale()).toArray();
        double least = java.util.Arrays.stream(xs).min().orElse(0);
        double most = java.util.Arrays.stream(xs).max().orElse(1);
        Axis x = Axis.over(least, most, 8, 74, width - 24);
        Axis y = Axis.over(0, java.util.Arrays.stream(ys).max().orElse(1), 6, height - 54, 20);
        Markup svg = svg(width, height, across.title() + " and " + up.title() + " of each policy");
        grid(svg, x, y, x::shown);
        svg.leaf("text", named(across), "class", "name", "x", width - 24.0, "y", height - 10.0, "text-anchor", "end");
        svg.leaf("text", named(up), "class", "name", "x", 80.0, "y", 16.0);
        List<Box> taken = new ArrayList<>();
        for (int policy : policies) {
            double[] acrossAll = findings.of(policy, across);
            double[] upAll = findings.of(policy, up);
            for (int run = 0; run < Math.min(acrossAll.length, upAll.length); run++) {
                svg.empty("circle", "cx", x.at(acrossAll[run]), "cy", y.at(upAll[run] * up.scale()), "r", "3", "fill", colour(policy), "fill-opacity", "0.35");
            }
            taken.add(new Box(x.at(mean(policy, across)) - 8, y.at(mean(policy, up) * up.scale()) - 8, 16, 16));
        }
        for (int policy : policies) {
            means(svg, policy, across, up, x, y);
        }
        for (int policy : policies) {
            label(svg, policy, x.at(mean(policy, across)), y.at(mean(policy, up) * up.scale()), taken, width, y.pixelOf());
        }
        return svg.end("svg");
    }

    private double mean(int policy, Metric metric) {
        return findings.estimate(policy, metric).mean();
    }

    private static String named(Metric metric) {
        return metric.title() + (metric.unit().isEmpty() ? "" : ", " + metric.unit());
    }

    private void means(Markup svg, int policy, Metric across, Metric up, Axis x, Axis y) {
        Estimate acrossMean = findings.estimate(policy, across);
        Estimate upMean = findings.estimate(policy, up);
        double cx = x.at(acrossMean.mean());
        double cy = y.at(upMean.mean() * up.scale());
        if (!Double.isNaN(acrossMean.half()) && !Double.isNaN(upMean.half())) {
            svg.empty("path", "stroke", colour(policy), "stroke-width", "1.6", "fill", "none", "d",
                    "M" + Markup.px(x.at(acrossMean.mean() - acrossMean.half())) + " " + Markup.px(cy) + "H" + Markup.px(x.at(acrossMean.mean() + acrossMean.half()))
                            + "M" + Markup.px(cx) + " " + Markup.px(Math.min(y.pixelOf(), y.at((upMean.mean() - upMean.half()) * up.scale()))) + "V"
                            + Markup.px(y.at((upMean.mean() + upMean.half()) * up.scale())));
        }
        svg.empty("circle", "class", "mean", "cx", cx, "cy", cy, "r", "6", "fill", colour(policy));
    }

    /** Beside its dot, where it covers least of what is there. */
    private void label(Markup svg, int policy, double cx, double cy, List<Box> taken, int width, double bottom) {
        String text = findings.label(policy);
        double wide = text.length() * LETTER;
        Box best = null;
        double least = Double.MAX_VALUE;
        for (double[] place : new double[][] { { 11, -8 }, { -11 - wide, -8 }, { -wide / 2, -26 }, { -wide / 2, 10 }, { 9, -24 }, { 9, 8 }, { -9 - wide, -24 },
                { -9 - wide, 8 }, { 14, -42 }, { -wide / 2, -44 }, { -14 - wide, -42 }, { -wide / 2, -62 }, { 14, -60 }, { -14 - wide, -60 } }) {
            Box box = new Box(cx + place[0], cy + place[1], wide, 16);
            double covers = taken.stream().mapToDouble(box::overlap).sum() + (box.x() < 74 || box.x() + wide > width || box.y() < 20 || box.y() > bottom - 16 ? 10_000 : 0);
            if (covers < least) {
                least = covers;
                best = box;
            }
        }
        taken.add(best);
        svg.leaf("text", text, "class", "label", "x", best.x(), "y", best.y() + 12, "style", "fill:" + colour(policy));
    }

    // --- The course of a quantity --------------------------------------------------------------------------------------------

    /** A line for the mean of each policy's runs, in a band from the least to the most. */
    Markup course(Series series, Series.Quantity quantity, List<Integer> policies) {
        int width = 560;
        int height = 260;
        List<List<Series.Point>> lines = policies.stream().map(policy -> series.points(policy, quantity, MOST_POINTS)).toList();
        double most = lines.stream().flatMap(List::stream).mapToDouble(Series.Point::most).max().orElse(1);
        double minutes = lines.stream().flatMap(List::stream).mapToDouble(Series.Point::minute).max().orElse(1);
        Axis x = Axis.time(minutes, 8, 58, width - 14);
        Axis y = Axis.over(0, most, 5, height - 30, 26);
        Markup svg = svg(width, height, quantity.title() + " in the course of time");
        grid(svg, x, y, Plots::time);
        svg.leaf("text", quantity.title(), "class", "name", "x", 10.0, "y", 14.0);
        for (int index = 0; index < policies.size(); index++) {
            svg.empty("path", "fill", colour(policies.get(index)), "fill-opacity", "0.13", "d", band(lines.get(index), x, y));
        }
        for (int index = policies.size() - 1; index >= 0; index--) { // the best on top
            svg.empty("path", "fill", "none", "stroke", colour(policies.get(index)), "stroke-width", "1.7", "stroke-linejoin", "round", "d", lines.get(index).stream()
                    .map(point -> Markup.px(x.at(point.minute())) + " " + Markup.px(y.at(point.mean()))).collect(Collectors.joining("L", "M", "")));
        }
        return svg.end("svg");
    }

    private static String band(List<Series.Point> points, Axis x, Axis y) {
        StringBuilder path = new StringBuilder("M");
        for (Series.Point point : points) {
            path.append(path.length() > 1 ? "L" : "").append(Markup.px(x.at(point.minute()))).append(' ').append(Markup.px(y.at(point.most())));
        }
        for (int index = points.size() - 1; index >= 0; index--) {
            path.append('L').append(Markup.px(x.at(points.get(index).minute()))).append(' ').append(Markup.px(y.at(points.get(index).least())));
        }
        return path.append('Z').toString();
    }

    private static String time(double minute) {
        if (minute % 1_440 == 0 && minute > 0) {
            return (long) (minute / 1_440) + " d";
        }
        return minute == 0 ? "0" : minute % 60 == 0 ? (long) (minute / 60) + " h" : (long) minute + " min";
    }
}
