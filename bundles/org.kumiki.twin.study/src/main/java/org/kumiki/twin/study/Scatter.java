package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A plot of two metrics against each other: which policies are good at both. */
final class Scatter {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 440;
    private static final int LEFT = 74;
    private static final int RIGHT = WIDTH - 24;
    private static final int TOP = 20;
    private static final int BOTTOM = HEIGHT - 54;
    /** How wide a letter of a label is, and how high. */
    private static final double LETTER = 7.9;
    private static final int LINE = 16;
    /** How far above or below its dot a label may be. */
    private static final List<Integer> DISTANCES = List.of(0, -18, 18, -36, 36, -54, 54, -72, -90);
    private static final int MOST_LETTERS = 44;
    /** Among more dots there is no gap. */
    private static final int MOST_AVOIDED = 100;

    private final Findings findings;
    private final Palette palette;
    private final Metric across;
    private final Metric up;
    private final List<Integer> policies;
    private final Axis x;
    private final Axis y;

    private record Box(double x, double y, double width, double height) {

        double overlap(Box other) {
            double wide = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
            double high = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
            return Math.max(0, wide) * Math.max(0, high);
        }

        boolean isInside() {
            return x >= LEFT && x + width <= WIDTH && y >= TOP && y + height <= BOTTOM;
        }
    }

    Scatter(Findings findings, Palette palette, Metric across, Metric up) {
        this.findings = findings;
        this.palette = palette;
        this.across = across;
        this.up = up;
        policies = policies(findings);
        double[] xs = values(across);
        double[] ys = values(up);
        x = Axis.over(Arrays.stream(xs).min().orElse(0), Arrays.stream(xs).max().orElse(1), 8, LEFT, RIGHT);
        y = Axis.over(0, Arrays.stream(ys).max().orElse(1), 6, BOTTOM, TOP);
    }

    /** Of all runs, as they are shown. */
    private double[] values(Metric metric) {
        return policies.stream().flatMapToDouble(policy -> Arrays.stream(findings.of(policy, metric))).map(value -> value * metric.scale()).toArray();
    }

    /** Without those that move nothing, which are far off, if there are others. */
    private static List<Integer> policies(Findings findings) {
        List<Choice> choices = findings.scenario().policies();
        List<Integer> moving = findings.ranking().stream().filter(policy -> !choices.get(policy).policies().isEmpty()).toList();
        return moving.size() > 1 ? moving : findings.ranking();
    }

    /** Those that are on it. */
    List<Integer> policies() {
        return policies;
    }

    /** A small dot for each run, and a large one for the mean of each policy, with the intervals of both metrics. */
    Markup markup() {
        Markup svg = Plots.svg(WIDTH, HEIGHT, across.title() + " and " + up.title() + " of each policy");
        Plots.grid(svg, x, y, x::shown);
        svg.leaf("text", named(across), "class", "name", "x", (double) RIGHT, "y", HEIGHT - 10.0, "text-anchor", "end");
        svg.leaf("text", named(up), "class", "name", "x", LEFT + 6.0, "y", 14.0);
        policies.forEach(policy -> runs(svg, policy));
        policies.forEach(policy -> mean(svg, policy));
        List<Box> taken = new ArrayList<>();
        policies.forEach(policy -> taken.addAll(taken(policy)));
        policies.stream().limit(Palette.MOST).forEach(policy -> label(svg, policy, taken));
        return svg.end("svg");
    }

    private static String named(Metric metric) {
        return metric.title() + (metric.unit().isEmpty() ? "" : ", " + metric.unit());
    }

    private void runs(Markup svg, int policy) {
        double[] xs = findings.of(policy, across);
        double[] ys = findings.of(policy, up);
        for (int run = 0; run < Math.min(xs.length, ys.length); run++) {
            svg.empty("circle", "cx", x.at(xs[run] * across.scale()), "cy", y.at(ys[run] * up.scale()), "r", "3", "fill", palette.of(policy),
                    "fill-opacity", "0.35");
        }
    }

    private double meanX(int policy) {
        return x.at(findings.estimate(policy, across).mean() * across.scale());
    }

    private double meanY(int policy) {
        return y.at(findings.estimate(policy, up).mean() * up.scale());
    }

    /** How far an interval goes to either side; not at all if one seed says nothing of it. */
    private double width(int policy) {
        return far(x, findings.estimate(policy, across), across);
    }

    private double height(int policy) {
        return far(y, findings.estimate(policy, up), up);
    }

    private static double far(Axis axis, Estimate estimate, Metric metric) {
        return Double.isNaN(estimate.half()) ? 0 : Math.abs(axis.at(estimate.half() * metric.scale()) - axis.at(0));
    }

    private void mean(Markup svg, int policy) {
        double cx = meanX(policy);
        double cy = meanY(policy);
        double left = Math.max(LEFT, cx - width(policy));
        double top = Math.max(TOP, cy - height(policy));
        svg.empty("path", "stroke", palette.of(policy), "stroke-width", "1.6", "fill", "none", "d", "M" + Plots.point(left, cy) + "H"
                + Markup.px(Math.min(RIGHT, cx + width(policy))) + "M" + Plots.point(cx, top) + "V" + Markup.px(Math.min(BOTTOM, cy + height(policy))));
        svg.empty("circle", "class", "mean", "cx", cx, "cy", cy, "r", "6", "fill", palette.of(policy));
    }

    /** What a label should not cover: dots and intervals. */
    private List<Box> taken(int policy) {
        List<Box> boxes = new ArrayList<>();
        boxes.add(new Box(meanX(policy) - 8, meanY(policy) - 8, 16, 16));
        boxes.add(new Box(meanX(policy) - width(policy), meanY(policy) - 2, 2 * width(policy), 4));
        boxes.add(new Box(meanX(policy) - 2, meanY(policy) - height(policy), 4, 2 * height(policy)));
        double[] xs = findings.of(policy, across);
        double[] ys = findings.of(policy, up);
        for (int run = 0; run < Math.min(Math.min(xs.length, ys.length), MOST_AVOIDED); run++) {
            boxes.add(new Box(x.at(xs[run] * across.scale()) - 3, y.at(ys[run] * up.scale()) - 3, 6, 6));
        }
        return boxes;
    }

    /** Near its dot, where it covers least of what is there. */
    private void label(Markup svg, int policy, List<Box> taken) {
        String text = shortened(findings.label(policy));
        double wide = text.length() * LETTER;
        Box best = null;
        double least = Double.MAX_VALUE;
        for (int distance : DISTANCES) {
            for (double beside : new double[] { 11, -11 - wide, -wide / 2 }) {
                Box box = new Box(meanX(policy) + beside, meanY(policy) + distance - LINE / 2.0, wide, LINE);
                double covers = taken.stream().mapToDouble(box::overlap).sum() + Math.abs(distance) + (box.isInside() ? 0 : 10_000);
                if (covers < least) {
                    least = covers;
                    best = box;
                }
            }
        }
        taken.add(best);
        svg.leaf("text", text, "class", "label", "x", best.x(), "y", best.y() + 12, "style", "fill:" + palette.of(policy));
    }

    private static String shortened(String label) {
        return label.length() <= MOST_LETTERS ? label : label.substring(0, MOST_LETTERS - 1) + "…";
    }
}
