package org.kumiki.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.WhatIfReport;

/**
 * An answer of the twin for the page.
 *
 * @param at     when both sides begin
 * @param hours  how far they go
 * @param totals by the name of a figure
 * @param plots  by the name of a figure
 */
record Comparison(long at, double hours, String currency, Map<String, Total> totals, Map<String, Plot> plots) {

    static final int WIDTH = 480;
    static final int HEIGHT = 120;

    /** A figure of each side. */
    record Total(double asIs, double changed) {
    }

    /**
     * Both sides as the paths of a drawing of {@link #WIDTH} by {@link #HEIGHT}, by one scale that begins at zero.
     *
     * @param most the value at the upper edge
     */
    record Plot(String asIs, String changed, double most) {
    }

    static Comparison of(WhatIfReport report) {
        Map<String, Total> totals = new LinkedHashMap<>();
        total(totals, "energy", report, Series::kWh);
        total(totals, "cost", report, report::cost);
        total(totals, "hosts", report, Series::hostsOn);
        total(totals, "moves", report, Series::moves);
        total(totals, "overload", report, Series::violationSeconds);
        total(totals, "launches", report, Series::launches);
        total(totals, "failed", report, Series::failedLaunches);
        total(totals, "lost", report, Series::lost);
        Map<String, Plot> plots = new LinkedHashMap<>();
        plot(plots, "hosts", report, Interval::hostsOn);
        plot(plots, "load", report, interval -> 100 * interval.load());
        plot(plots, "energy", report, Interval::kWh);
        plot(plots, "overload", report, Interval::violationSeconds);
        return new Comparison(report.at().toEpochMilli(), report.question().ahead().toMinutes() / 60.0, report.currency(), totals, plots);
    }

    private static void total(Map<String, Total> totals, String name, WhatIfReport report, ToDoubleFunction<Series> value) {
        totals.put(name, new Total(value.applyAsDouble(report.asIs()), value.applyAsDouble(report.changed())));
    }

    private static void plot(Map<String, Plot> plots, String name, WhatIfReport report, ToDoubleFunction<Interval> value) {
        double most = Math.max(most(report.asIs(), value), most(report.changed(), value));
        plots.put(name, new Plot(path(report.asIs().intervals(), value, most), path(report.changed().intervals(), value, most), most));
    }

    private static double most(Series series, ToDoubleFunction<Interval> value) {
        return series.intervals().stream().mapToDouble(value).max().orElse(0);
    }

    /** A step for each interval, since each figure is of a whole one. */
    private static String path(List<Interval> intervals, ToDoubleFunction<Interval> value, double most) {
        StringBuilder path = new StringBuilder();
        for (int index = 0; index < intervals.size(); index++) {
            double share = most == 0 ? 0 : value.applyAsDouble(intervals.get(index)) / most;
            path.append(String.format(Locale.ROOT, "%s%.1f %.1fH%.1f", index == 0 ? "M" : "L", (double) WIDTH * index / intervals.size(),
                    HEIGHT - 1 - (HEIGHT - 2) * share, (double) WIDTH * (index + 1) / intervals.size()));
        }
        return path.toString();
    }
}
