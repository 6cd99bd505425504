package org.kumiki.engine;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Technology;

/**
 * What the journal keeps of a host: the host, its place in the table of hosts, and what runs its guests.
 *
 * @param draining whether it was being drained when it was lost, and is again when it is found
 */
record HostRecord(int row, Host host, Technology technology, boolean draining) {

    HostRecord with(HostState state) {
        boolean remembered = state == HostState.LOST && (draining || host.state() == HostState.DRAINING);
        return new HostRecord(row, host.with(state), technology, remembered);
    }
}
