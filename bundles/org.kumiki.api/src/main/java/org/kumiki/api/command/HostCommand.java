package org.kumiki.api.command;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;

/** What an operator can ask of hosts. */
public sealed interface HostCommand<R> extends Command<R> {

    /**
     * Lets a host take new guests, or no more. One that takes no more is being drained: a policy moves its guests away, while they run, and
     * when the last has left the host is in maintenance.
     */
    record Accept(HostId host, boolean newGuests) implements HostCommand<Host> {
    }

    /**
     * Switches a host on or off. Only one without guests may be switched off. Answered when the request is durable; the host's state says
     * what has come of it: an empty host is {@code OFF} at once, and one that was switched on is {@code UP} again when its driver reaches it.
     *
     * @param reason why, for the record
     */
    record Power(HostId host, boolean on, String reason) implements HostCommand<Host> {
    }

    /** Takes a host that has no guests out of the datacenter. */
    record Remove(HostId host) implements HostCommand<Host> {
    }
}
