package org.kumiki.twin.whatif;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.Rehearser.Forecast;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.WhatIfReport;

/** Whether a candidate has stayed within bounds, hour by hour. Pure. */
final class Judgement {

    private static final double JOULES_PER_KWH = 3.6e6;

    private Judgement() {
    }

    static Forecast of(WhatIfReport report, Bounds bounds) {
        Optional<String> objection = Optional.empty();
        int each = perHour(report.asIs());
        for (int from = 0; from < report.changed().intervals().size() && objection.isEmpty(); from += each) {
            Figures before = hour(report.asIs(), from, each);
            Figures after = hour(report.changed(), from, each);
            Instant when = report.changed().intervals().get(from).end();
            objection = bounds.broken(before, after, Optional.of(before)).map(broken -> broken + ", at " + when);
        }
        return new Forecast(objection, String.format(Locale.ROOT, "%.1f instead of %.1f kWh, %d instead of %d moves, %.0f instead of %.0f s of overload in %d h",
                report.changed().kWh(), report.asIs().kWh(), report.changed().moves(), report.asIs().moves(), report.changed().violationSeconds(),
                report.asIs().violationSeconds(), report.question().ahead().toHours()));
    }

    private static int perHour(Series series) {
        Duration interval = Duration.between(series.begin(), series.intervals().get(0).end());
        return (int) Math.max(1, Duration.ofHours(1).dividedBy(interval));
    }

    private static Figures hour(Series series, int from, int count) {
        List<Interval> hour = series.intervals().subList(from, Math.min(from + count, series.intervals().size()));
        Instant begin = from == 0 ? series.begin() : series.intervals().get(from - 1).end();
        double seconds = Duration.between(begin, hour.get(hour.size() - 1).end()).toNanos() / 1e9;
        double on = hour.stream().mapToDouble(Interval::hostsOn).average().orElseThrow();
        double watts = hour.stream().mapToDouble(Interval::kWh).sum() * JOULES_PER_KWH / seconds;
        double overload = on == 0 ? 0 : hour.stream().mapToDouble(Interval::violationSeconds).sum() / (on * seconds);
        double spare = hour.stream().mapToDouble(Interval::spare).min().orElseThrow();
        return new Figures(series.hosts(), on, hour.stream().mapToDouble(Interval::load).average().orElseThrow(), watts, Math.min(1, overload), spare,
                hour.stream().mapToInt(Interval::moves).sum());
    }
}
