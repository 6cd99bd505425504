package org.kumiki.twin.simulation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Technology;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.PowerModel;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.view.HostTable;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.Use;

/** The hosts and guests of a live datacenter, as they are simulated. Pure. */
final class Forked {

    /** More than any history has of an instance. */
    private static final int SAMPLES = 10_000;
    private static final double DAY = 86_400;

    private Forked() {
    }

    /** Those that are lost are as good as off: nobody knows what they do. */
    static List<SimulatedHost> hosts(HostTable table, HostSleep sleep) {
        return IntStream.range(0, table.size()).filter(row -> table.state(row) != HostState.REMOVED)
                .mapToObj(row -> new SimulatedHost(table.id(row), table.capacity(row), Math.max(1, table.processors(row)), table.labels(row),
                        power(table.labels(row)), sleep, table.state(row) != HostState.OFF && table.state(row) != HostState.LOST))
                .toList();
    }

    private static PowerTable power(Map<String, String> labels) {
        PowerModel model = PowerModel.of(labels);
        return new PowerTable(IntStream.rangeClosed(0, 10).mapToDouble(tenth -> model.watts(tenth / 10.0)).toArray());
    }

    /** Which hosts each technology has, in the order of their rows. */
    static Map<Technology, Set<HostId>> technologies(HostTable table) {
        Map<String, Technology> byName = new LinkedHashMap<>();
        Map<Technology, Set<HostId>> hosts = new LinkedHashMap<>();
        for (int row = 0; row < table.size(); row++) {
            if (table.state(row) != HostState.REMOVED) {
                Technology technology = byName.merge(table.technology(row).name(), table.technology(row), (first, other) -> first);
                hosts.computeIfAbsent(technology, none -> new LinkedHashSet<>()).add(table.id(row));
            }
        }
        return hosts;
    }

    /** Puts the guests on their hosts. */
    static void guests(EngineState state, Fleet fleet, double load) {
        for (Instance instance : state.inventory().instances()) {
            fleet.use(instance.id(), use(state.history(), instance.id(), load));
            InstanceState now = instance.state();
            if (now != InstanceState.TERMINATED && now != InstanceState.PENDING) { // those that are pending are about to be started
                instance.host().filter(fleet::has).ifPresent(host -> fleet.found(host, instance.id(), instance.resources(), now != InstanceState.STOPPED));
            }
        }
    }

    /**
     * A guest does what it did a day before. One of which less than a day is known goes back through that from what it does now, and forth again; one
     * of which nothing is known does nothing.
     */
    static Use use(History history, InstanceId instance, double load) {
        double[] samples = Arrays.stream(history.cpu(instance, SAMPLES)).filter(sample -> !Double.isNaN(sample)).map(sample -> sample * load).toArray();
        if (samples.length == 0) {
            return seconds -> 0;
        }
        double interval = history.interval().toMillis() / 1e3;
        int day = (int) Math.round(DAY / interval);
        if (samples.length >= day) {
            int begin = samples.length - day;
            return seconds -> samples[begin + (int) (seconds / interval) % day];
        }
        int last = samples.length - 1;
        return seconds -> {
            int back = (int) (seconds / interval) % Math.max(1, 2 * last);
            return samples[Math.abs(last - back)];
        };
    }
}
