package org.kumiki.twin.study;

import java.util.List;
import java.util.stream.Collectors;

/** A plot of how a quantity goes in the course of time: a line for the mean of each policy's runs, in a band from the least to the most. Pure. */
final class Course {

    private static final int WIDTH = 560;
    private static final int HEIGHT = 260;
    private static final int MOST_POINTS = 144;

    private Course() {
    }

    /** @param policies the best first, which are drawn on top */
    static Markup of(Series series, Series.Quantity quantity, List<Integer> policies, Palette palette) {
        List<List<Series.Point>> lines = policies.stream().map(policy -> series.points(policy, quantity, MOST_POINTS)).toList();
        double most = lines.stream().flatMap(List::stream).mapToDouble(Series.Point::most).max().orElse(1);
        double minutes = lines.stream().flatMap(List::stream).mapToDouble(Series.Point::minute).max().orElse(1);
        Axis x = Axis.time(minutes, 8, 58, WIDTH - 14);
        Axis y = Axis.over(0, most, 5, HEIGHT - 30, 26);
        Markup svg = Plots.svg(WIDTH, HEIGHT, quantity.title() + " in the course of time");
        Plots.grid(svg, x, y, Course::time);
        svg.leaf("text", quantity.title(), "class", "name", "x", 10.0, "y", 14.0);
        for (int index = 0; index < policies.size(); index++) {
            svg.empty("path", "fill", palette.of(policies.get(index)), "fill-opacity", "0.13", "d", band(lines.get(index), x, y));
        }
        for (int index = policies.size() - 1; index >= 0; index--) {
            String line = lines.get(index).stream().map(point -> Plots.point(x.at(point.minute()), y.at(point.mean())))
                    .collect(Collectors.joining("L", "M", ""));
            svg.empty("path", "fill", "none", "stroke", palette.of(policies.get(index)), "stroke-width", "1.7", "stroke-linejoin", "round",
                    "d", line);
        }
        return svg.end("svg");
    }

    private static String band(List<Series.Point> points, Axis x, Axis y) {
        StringBuilder path = new StringBuilder("M");
        for (Series.Point point : points) {
            path.append(path.length() > 1 ? "L" : "").append(Plots.point(x.at(point.minute()), y.at(point.most())));
        }
        for (int index = points.size() - 1; index >= 0; index--) {
            path.append('L').append(Plots.point(x.at(points.get(index).minute()), y.at(points.get(index).least())));
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
