package org.kumiki.engine;

import java.util.Optional;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Technology;

/**
 * What the journal keeps of a host: the host, its place in the table of hosts, and what runs its guests.
 *
 * @param draining  whether an operator wants it empty; while it is lost or off, that is not to be seen by its state
 * @param switching what a power controller is asked for and has not shown yet: true for on; empty if nothing
 */
record HostRecord(int row, Host host, Technology technology, boolean draining, Optional<Boolean> switching) {

    HostRecord {
        switching = switching == null ? Optional.empty() : switching; // as entries have it that were written before there was any
    }

    HostRecord with(HostState state) {
        boolean away = state == HostState.LOST || state == HostState.OFF;
        return new HostRecord(row, host.with(state), technology, isToBeEmpty(state) || away && (draining || isToBeEmpty(host.state())), switching);
    }

    HostRecord switching(Optional<Boolean> on) {
        return new HostRecord(row, host, technology, draining, on);
    }

    /** As its driver finds it. One that is off by intent stays so. */
    HostRecord seen(Host now, Technology newTechnology) {
        HostState state = host.state() != HostState.LOST ? host.state() : draining ? HostState.DRAINING : HostState.UP;
        return new HostRecord(row, now.with(host.state()), newTechnology, draining, switching).with(state);
    }

    private static boolean isToBeEmpty(HostState state) {
        return state == HostState.DRAINING || state == HostState.MAINTENANCE;
    }
}
