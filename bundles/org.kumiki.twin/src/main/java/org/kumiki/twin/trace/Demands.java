package org.kumiki.twin.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes demands, all of them the same for the same seed. */
public final class Demands {

    private Demands() {
    }

    /** Machines that are there from the beginning to the end, and use what their traces say; linear between two samples. */
    public static Demand fixed(CpuTraces traces, String type) {
        Duration length = traces.interval().multipliedBy(traces.samples());
        double interval = traces.interval().toMillis() / 1e3;
        return new Demand(length, IntStream.range(0, traces.machines()).mapToObj(machine -> new Arrival(traces.names().get(machine), Duration.ZERO,
                Optional.empty(), type, sampled(traces.percent()[machine], interval))).toList());
    }

    private static Use sampled(byte[] percent, double interval) {
        return seconds -> {
            double at = Math.max(0, Math.min(seconds / interval, percent.length - 1.0));
            int before = (int) at;
            int after = Math.min(before + 1, percent.length - 1);
            return (percent[before] + (at - before) * (percent[after] - percent[before])) / 100;
        };
    }

    /** Several at once. Their arrivals keep their names, which have to differ. */
    public static Demand together(Demand... demands) {
        List<Arrival> all = new ArrayList<>();
        Duration length = Duration.ZERO;
        for (Demand demand : demands) {
            all.addAll(demand.arrivals());
            length = demand.length().compareTo(length) > 0 ? demand.length() : length;
        }
        all.sort(Comparator.comparing(Arrival::at));
        return new Demand(length, all);
    }
}
