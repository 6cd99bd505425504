package org.kumiki.api.twin;

import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * What a run in virtual time has come to.
 *
 * @param begin     when the first interval began
 * @param hosts     how many there were at the beginning, also those that were off
 * @param intervals one after the other, equally long but for the last
 */
public record Series(Instant begin, int hosts, List<Interval> intervals) {

    public Series {
        intervals = List.copyOf(intervals);
    }

    public double kWh() {
        return sum(Interval::kWh);
    }

    public double violationSeconds() {
        return sum(Interval::violationSeconds);
    }

    public int moves() {
        return count(Interval::moves);
    }

    public int stayed() {
        return count(Interval::stayed);
    }

    public int launches() {
        return count(Interval::launches);
    }

    public int failedLaunches() {
        return count(Interval::failedLaunches);
    }

    public int lost() {
        return count(Interval::lost);
    }

    /** How many hosts were on, on average over the intervals. */
    public double hostsOn() {
        return intervals.stream().mapToDouble(Interval::hostsOn).average().orElse(0);
    }

    private double sum(ToDoubleFunction<Interval> of) {
        double sum = 0;
        for (Interval interval : intervals) {
            sum += of.applyAsDouble(interval);
        }
        return sum;
    }

    private int count(ToIntFunction<Interval> of) {
        return intervals.stream().mapToInt(of).sum();
    }
}
