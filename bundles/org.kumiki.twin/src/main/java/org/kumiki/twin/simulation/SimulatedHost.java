package org.kumiki.twin.simulation;

import java.util.HashMap;
import java.util.Map;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.power.PowerTable;

/**
 * A host to be simulated.
 *
 * @param capacity   what all guests together may take
 * @param processors how many CPUs there are; what guests use is measured by it
 * @param labels     what its driver says of it; what it draws is added as {@code power}
 * @param on         whether it is on at the beginning
 */
public record SimulatedHost(HostId id, Resources capacity, int processors, Map<String, String> labels, PowerTable power, HostSleep sleep,
        boolean on) {

    static final String POWER_LABEL = "power";

    public SimulatedHost {
        Map<String, String> all = new HashMap<>(labels);
        all.putIfAbsent(POWER_LABEL, power.toString());
        labels = Map.copyOf(all);
        if (processors < 1) {
            throw new IllegalArgumentException("a host has processors: " + id);
        }
    }

    /** The same again, on, under a name of its own. */
    SimulatedHost another(HostId newId) {
        return new SimulatedHost(newId, capacity, processors, labels, power, sleep, true);
    }
}
