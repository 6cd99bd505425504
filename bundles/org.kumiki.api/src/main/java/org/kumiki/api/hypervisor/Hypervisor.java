package org.kumiki.api.hypervisor;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Runs guests, by one technology, on the hosts that it drives.
 * <p>
 * A guest moves through the states below. Every call may be repeated: what has been done already is not done again, and is no error.
 *
 * <pre>
 *           start              stop
 *  (none) ────────▶ RUNNING ────────▶ STOPPED
 *     ▲                │   ◀──────────   │
 *     │                │      start      │
 *     └────────────────┴─────────────────┘
 *                   destroy
 * </pre>
 *
 * A driver keeps no state that it cannot read back from the host: guests outlive it, and its successor finds them by
 * {@link #hosts()}. It believes nothing that a guest says.
 * <p>
 * Implementations are thread-safe. Calls return at once; the stages complete on any thread, and fail with a {@link HypervisorException}.
 * Who would rather block implements {@link BlockingHypervisor}.
 */
@ConsumerType
public interface Hypervisor {

    /** What this is and what it can do, as found on its hosts. May change while the driver lives, for instance after a probe. */
    Technology technology();

    /** The hosts it drives, as they are now, each with the guests on it. */
    CompletionStage<List<HostReport>> hosts();

    /** Makes a guest run; the stage completes when its machine has been switched on, not when its system is up. */
    CompletionStage<Void> start(HostId host, GuestSpec guest);

    /**
     * Switches a guest off and keeps its disks.
     *
     * @param force at once; otherwise the guest is asked to shut down and cut off if it does not within the driver's patience
     */
    CompletionStage<Void> stop(HostId host, InstanceId guest, boolean force);

    /** Restarts a running guest. It keeps its disks and its links. */
    CompletionStage<Void> reboot(HostId host, InstanceId guest);

    /** Removes every trace of a guest: its process, its console, its sockets. Its disks are volumes, and stay. */
    CompletionStage<Void> destroy(HostId host, InstanceId guest);

    /** The end of what the guest wrote to its console; of a stopped guest too, until it is destroyed. */
    CompletionStage<ConsoleOutput> console(HostId host, InstanceId guest);

    /**
     * Tells a listener, from now on, what happens to guests without having been asked for.
     *
     * @return ends it
     */
    Runnable watch(GuestListener listener);
}
