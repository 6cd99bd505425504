package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.InstanceTable;

/** What hosts carried after something was over, or why nobody knows. Pure. */
final class LoadAfterwards {

    /** Half of the samples that count must be there. */
    private static final int FEWEST = (HostLoad.LAST - HostLoad.FIRST + 1) / 2;

    private LoadAfterwards() {
    }

    static Afterwards unknown(Undertaking undertaking, String reason) {
        return new Afterwards(OptionalDouble.empty(),
                undertaking.hosts().stream().map(host -> new MeasuredLoad(host, OptionalDouble.empty(), 0, reason)).toList());
    }

    /** @param over when it was over */
    static Afterwards of(Undertaking undertaking, Instant over, Inventory now, History history) {
        Optional<String> undone = undone(undertaking, now);
        if (undone.isPresent()) {
            return unknown(undertaking, undone.get());
        }
        double[] guest = counting(history, over, samples -> history.cpu(undertaking.guest().id(), samples));
        return new Afterwards(undertaking.kind() != Undertaking.Kind.STOP && guest.length >= FEWEST ? OptionalDouble.of(mean(guest)) : OptionalDouble.empty(),
                undertaking.hosts().stream().map(host -> measured(host, over, now, history)).toList());
    }

    /** Why what was foreseen does not hold any more, if so. */
    private static Optional<String> undone(Undertaking undertaking, Inventory now) {
        Optional<Instance> instance = now.instances().find(undertaking.guest().id());
        boolean runs = instance.filter(found -> found.state() == InstanceState.RUNNING).isPresent();
        if (undertaking.kind() == Undertaking.Kind.STOP) {
            return runs ? Optional.of(undertaking.guest().id() + " was started again before") : Optional.empty();
        } else if (!runs) {
            return Optional.of(undertaking.guest().id() + " ran no longer by then");
        }
        return instance.get().decision() == undertaking.decision() ? Optional.empty()
                : Optional.of(undertaking.guest().id() + " was moved or started again before");
    }

    private static MeasuredLoad measured(HostId host, Instant over, Inventory now, History history) {
        int row = now.view().hosts().row(host);
        if (row < 0 || now.view().hosts().state(row) == HostState.REMOVED) {
            return new MeasuredLoad(host, OptionalDouble.empty(), 0, host + " was taken out before");
        } else if (now.view().hosts().state(row) == HostState.LOST) {
            return new MeasuredLoad(host, OptionalDouble.empty(), 0, host + " was lost before");
        }
        int guests = running(now.view().instances(), row);
        double[] counting = counting(history, over, samples -> history.cpu(host, samples));
        return counting.length >= FEWEST ? new MeasuredLoad(host, OptionalDouble.of(mean(counting)), guests, "")
                : new MeasuredLoad(host, OptionalDouble.empty(), guests,
                        "only " + counting.length + " of " + (HostLoad.LAST - HostLoad.FIRST + 1) + " samples were taken");
    }

    private static int running(InstanceTable instances, int host) {
        int running = 0;
        for (int row = instances.first(host); row >= 0; row = instances.next(row)) {
            running += instances.state(row) == InstanceState.RUNNING ? 1 : 0;
        }
        return running;
    }

    /** The samples that count, as far as they were taken. */
    private static double[] counting(History history, Instant over, IntFunction<double[]> newest) {
        long nanos = history.interval().toNanos();
        long since = Math.floorDiv(Duration.between(over, history.last()).toNanos(), nanos) + 1; // the newest sample's number, the first after the end is 1
        int samples = (int) Math.max(0, since - HostLoad.FIRST + 1);
        int late = (int) Math.max(0, since - HostLoad.LAST);
        double[] series = newest.apply(samples);
        double[] counting = new double[HostLoad.LAST - HostLoad.FIRST + 1];
        int found = 0;
        for (int index = Math.max(0, series.length - samples); index < series.length - late; index++) {
            if (!Double.isNaN(series[index])) {
                counting[found++] = series[index];
            }
        }
        return Arrays.copyOf(counting, found);
    }

    private static double mean(double[] samples) {
        return Arrays.stream(samples).average().orElseThrow();
    }
}
