package org.kumiki.policy.powersave;

import java.time.Duration;

import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.HostTable;

/**
 * How load will grow, from its daily and weekly shape: it will be to now as it was to this time a week ago, or a day ago if that is all that
 * is known. A seasonal naive forecast; it needs no training and can be explained in one sentence.
 */
final class Forecast {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    /** Growth that nobody should believe. */
    private static final double MOST = 10;

    private Forecast() {
    }

    /** The load of all hosts together, oldest first, in CPUs; {@code NaN} where nothing was measured. */
    static double[] total(HostTable hosts, History history) {
        int samples = (int) WEEK.plus(DAY).dividedBy(history.interval());
        double[] total = new double[samples];
        boolean[] measured = new boolean[samples];
        for (int host = 0; host < hosts.size(); host++) {
            double[] load = history.cpu(hosts.id(host), samples);
            int offset = samples - load.length;
            for (int sample = 0; sample < load.length; sample++) {
                if (!Double.isNaN(load[sample])) {
                    total[offset + sample] += load[sample] * hosts.processors(host);
                    measured[offset + sample] = true;
                }
            }
        }
        for (int sample = 0; sample < samples; sample++) {
            total[sample] = measured[sample] ? total[sample] : Double.NaN;
        }
        return total;
    }

    /**
     * The highest load in the time ahead, as a multiple of that of now; 1 if no shape is known.
     *
     * @param total  the load so far, oldest first
     * @param now    how many of the newest samples are the load of now
     */
    static double growth(double[] total, Duration interval, Duration ahead, int now) {
        int steps = (int) Math.max(0, ahead.plus(interval).minusNanos(1).dividedBy(interval));
        if (steps == 0) {
            return 1;
        }
        double byWeek = growth(total, (int) WEEK.dividedBy(interval), steps, now);
        double growth = Double.isNaN(byWeek) ? growth(total, (int) DAY.dividedBy(interval), steps, now) : byWeek;
        return Double.isNaN(growth) ? 1 : Math.min(MOST, growth);
    }

    private static double growth(double[] total, int season, int steps, int now) {
        int then = total.length - season;
        if (then < now) {
            return Double.NaN;
        }
        double base = mean(total, then - now, then);
        double peak = Double.NaN;
        for (int step = 0; step < steps && then + step + now <= total.length; step++) {
            double later = mean(total, then + step + 1 - Math.min(now, step + 1), then + step + 1);
            peak = Double.isNaN(peak) || later > peak ? later : peak;
        }
        return base > 0 ? peak / base : Double.NaN;
    }

    private static double mean(double[] total, int from, int to) {
        double[] part = new double[to - from];
        System.arraycopy(total, from, part, 0, part.length);
        return CpuUse.mean(part);
    }
}
