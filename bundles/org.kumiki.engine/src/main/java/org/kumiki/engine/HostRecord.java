package org.kumiki.engine;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.Technology;

/** What the journal keeps of a host: the host, its place in the table of hosts, and what runs its guests. */
record HostRecord(int row, Host host, Technology technology) {
}
