package org.kumiki.api.command;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;

/** What an operator can ask of hosts. */
public sealed interface HostCommand<R> extends Command<R> {

    /** Lets a host take new guests, or no more. Its guests stay. */
    record Accept(HostId host, boolean newGuests) implements HostCommand<Host> {
    }

    /** Takes a host that has no guests out of the datacenter. */
    record Remove(HostId host) implements HostCommand<Host> {
    }
}
