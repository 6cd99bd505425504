package org.kumiki.twin.study;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How runs went, over all seeds of a policy: of each quantity the mean, the least and the most at each moment.
 */
final class Series {

    /** What there is of each moment. */
    enum Quantity {

        HOSTS_ON("hosts on", 4, 1), LOAD("load of hosts that are on, %", 5, 100), HOSTS_VIOLATED("hosts with too little for their machines", 6, 1),
        ENERGY("energy so far, kWh", 7, 1), MACHINES("machines that run", 9, 1), FAILED("failed launches so far", 10, 1);

        private final String title;
        private final int column;
        private final double scale;

        Quantity(String title, int column, double scale) {
            this.title = title;
            this.column = column;
            this.scale = scale;
        }

        String title() {
            return title;
        }
    }

    /** Of one quantity at one moment. */
    record Point(double minute, double mean, double least, double most) {
    }

    private static final int POLICY = 1;
    private static final int MINUTE = 3;

    private static final class Sum {

        private final double[] sum = new double[Quantity.values().length];
        private final double[] least = new double[Quantity.values().length];
        private final double[] most = new double[Quantity.values().length];
        private int count;

        void add(List<String> row) {
            for (Quantity quantity : Quantity.values()) {
                int at = quantity.ordinal();
                String text = row.get(quantity.column);
                double value = text.isEmpty() ? Double.NaN : Double.parseDouble(text) * quantity.scale;
                sum[at] += value;
                least[at] = count == 0 ? value : Math.min(least[at], value);
                most[at] = count == 0 ? value : Math.max(most[at], value);
            }
            count++;
        }

        Point point(double minute, Quantity quantity) {
            int at = quantity.ordinal();
            return new Point(minute, sum[at] / count, least[at], most[at]);
        }
    }

    private final List<Map<Double, Sum>> policies = new ArrayList<>();

    private Series() {
    }

    static Series read(Scenario scenario, Path directory) throws IOException {
        Series series = new Series();
        List<String> labels = scenario.policies().stream().map(Choice::label).toList();
        labels.forEach(label -> series.policies.add(new TreeMap<>()));
        try (BufferedReader lines = Files.newBufferedReader(directory.resolve(Ledger.SERIES))) {
            lines.readLine(); // the names of the columns
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> row = Csv.values(line);
                series.policies.get(labels.indexOf(row.get(POLICY))).computeIfAbsent(Double.valueOf(row.get(MINUTE)), any -> new Sum()).add(row);
            }
        }
        return series;
    }

    private static Point together(List<Point> near) {
        return new Point(near.get(near.size() - 1).minute(), near.stream().mapToDouble(Point::mean).average().orElseThrow(),
                near.stream().mapToDouble(Point::least).min().orElseThrow(), near.stream().mapToDouble(Point::most).max().orElseThrow());
    }

    /** Those that were measured. */
    List<Quantity> quantities() {
        return Arrays.stream(Quantity.values()).filter(quantity -> policies.stream().flatMap(moments -> moments.values().stream()).limit(1)
                .anyMatch(sum -> !Double.isNaN(sum.sum[quantity.ordinal()]))).toList();
    }

    /** The course of a quantity under a policy, in so many points at most, each of which stands for those before it. */
    List<Point> points(int policy, Quantity quantity, int most) {
        Map<Double, Sum> moments = policies.get(policy);
        int every = Math.max(1, (moments.size() + most - 1) / most);
        List<Point> points = new ArrayList<>();
        List<Point> near = new ArrayList<>();
        moments.forEach((minute, sum) -> {
            near.add(sum.point(minute, quantity));
            if (near.size() == every) {
                points.add(together(near));
                near.clear();
            }
        });
        if (!near.isEmpty()) {
            points.add(together(near));
        }
        return points;
    }
}
