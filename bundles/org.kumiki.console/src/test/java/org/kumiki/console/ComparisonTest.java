package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;

class ComparisonTest {

    private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");

    private static Series series(double first, double second) {
        return new Series(BEGIN, 4, List.of(interval(1, first), interval(2, second)));
    }

    private static Interval interval(int hour, double hostsOn) {
        return new Interval(BEGIN.plus(Duration.ofHours(hour)), hostsOn, 7, 0.5, hostsOn / 10, 0.5, 0, 1, 0, 2, 0, hour);
    }

    @Test
    void bothSidesAreDrawnByOneScale() {
        Comparison comparison = Comparison.of(new WhatIfReport(new WhatIf(List.of(), Duration.ofHours(2)), BEGIN, series(4, 4), series(4, 2), 0.5,
                "EUR"));

        assertThat(comparison.plots().get("hosts")).isEqualTo(new Comparison.Plot("M0.0 1.0H240.0L240.0 1.0H480.0",
                "M0.0 1.0H240.0L240.0 60.0H480.0", 4));
        assertThat(comparison.plots().get("overload")).isEqualTo(new Comparison.Plot("M0.0 119.0H240.0L240.0 119.0H480.0",
                "M0.0 119.0H240.0L240.0 119.0H480.0", 0));
        assertThat(comparison.totals()).containsEntry("cost", new Comparison.Total(0.4, 0.5 * (0.4 + 0.2)))
                .containsEntry("moves", new Comparison.Total(2, 2))
                .containsEntry("launches", new Comparison.Total(4, 4)).containsEntry("lost", new Comparison.Total(3, 3));
        assertThat(comparison.hours()).isEqualTo(2);
    }
}
