package org.kumiki.api.policy;

import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.Hosts;

/**
 * How some hosts do: at one moment, as it is expected after a plan, or in the mean of some time.
 *
 * @param hosts    how many there are, also those that are off
 * @param on       how many of them are not off
 * @param load     how busy those that are on are, from 0 to 1 of their processors
 * @param watts    what they draw together, by {@link PowerModel}
 * @param overload the share of those on that have no processor left, from 0 to 1
 * @param spare    the share of the CPUs of those that take guests which is promised to nobody, from 0 to 1
 * @param moves    of guests: those of a plan, or of the hour before
 */
public record Figures(double hosts, double on, double load, double watts, double overload, double spare, int moves) {

    /** From here on a host is taken to have no processor left; use is measured in steps of 0.4&nbsp;%. */
    public static final double FULL = 0.99;

    private static final int SAMPLES = 5;

    /** What was measured last; a host of which nothing was measured is taken for idle. */
    public static Figures measured(DatacenterView view, History history, int moves) {
        HostTable hosts = view.hosts();
        return of(hosts, row -> {
            double[] last = history.cpu(hosts.id(row), 1);
            return last.length == 0 || Double.isNaN(last[0]) ? 0 : last[0];
        }, moves);
    }

    /** What is to be expected when the steps of a plan are done to which nothing is objected. */
    public static Figures expected(DatacenterView view, History history, Plan plan) {
        Course course = new Course(view, CpuUse.recent(view, history, SAMPLES));
        int moves = 0;
        for (Plan.Step step : plan.steps()) {
            moves += course.take(step) == null ? step.action().instances().size() : 0;
        }
        return of(course, course::load, moves);
    }

    private static Figures of(Hosts hosts, IntToDoubleFunction load, int moves) {
        int all = 0;
        int on = 0;
        int full = 0;
        long cpus = 0;
        long free = 0;
        double busy = 0;
        double watts = 0;
        for (int row = 0; row < hosts.size(); row++) {
            HostState state = hosts.state(row);
            if (state == HostState.REMOVED) {
                continue;
            }
            all++;
            if (state == HostState.UP) {
                Resources capacity = hosts.capacity(row);
                cpus += capacity.cpus();
                free += Math.max(0, hosts.freeCpus(row));
            }
            if (state != HostState.OFF) {
                double now = load.applyAsDouble(row);
                on++;
                busy += now;
                full += now >= FULL ? 1 : 0;
                watts += PowerModel.of(hosts.labels(row)).watts(now);
            }
        }
        return new Figures(all, on, on == 0 ? 0 : busy / on, watts, on == 0 ? 0 : (double) full / on, cpus == 0 ? 0 : (double) free / cpus, moves);
    }

    /** In the mean, with the moves of the last; none of nothing. */
    public static Optional<Figures> mean(List<Figures> several) {
        return several.isEmpty() ? Optional.empty() : Optional.of(new Figures(mean(several, Figures::hosts), mean(several, Figures::on),
                mean(several, Figures::load), mean(several, Figures::watts), mean(several, Figures::overload), mean(several, Figures::spare),
                several.get(several.size() - 1).moves()));
    }

    private static double mean(List<Figures> several, ToDoubleFunction<Figures> value) {
        return several.stream().mapToDouble(value).average().orElseThrow();
    }

    public Figures withMoves(int newMoves) {
        return new Figures(hosts, on, load, watts, overload, spare, newMoves);
    }

    /** What each of them draws, those that are off included; parts of different size can be compared by it. */
    public double wattsPerHost() {
        return hosts == 0 ? 0 : watts / hosts;
    }
}
