package org.kumiki.api.policy;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/** What a policy may ask for. */
public sealed interface Action {

    /** Moves a running instance. */
    record Migrate(InstanceId instance, HostId destination) implements Action {
    }

    /** Switches a host off. It must be empty by then. */
    record Sleep(HostId host) implements Action {
    }

    /** Switches a host on. */
    record Wake(HostId host) implements Action {
    }
}
