package org.kumiki.api.hypervisor;

import java.io.IOException;

import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.InstanceId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a {@link NodeHypervisor} does on one node: the calls of {@link BlockingHypervisor}, without the host. Thread-safe.
 */
@ConsumerType
public interface NodeHost extends AutoCloseable {

    /** The host as it is now, with the guests on it. */
    HostReport report() throws IOException;

    /** See {@link Hypervisor#start(org.kumiki.api.model.HostId, GuestSpec)}. */
    void start(GuestSpec guest);

    /** See {@link Hypervisor#stop(org.kumiki.api.model.HostId, InstanceId, boolean)}. */
    void stop(InstanceId guest, boolean force);

    /** See {@link Hypervisor#reboot(org.kumiki.api.model.HostId, InstanceId)}. */
    void reboot(InstanceId guest);

    /** See {@link Hypervisor#destroy(org.kumiki.api.model.HostId, InstanceId)}. */
    void destroy(InstanceId guest);

    /** See {@link Hypervisor#console(org.kumiki.api.model.HostId, InstanceId)}. */
    ConsoleOutput console(InstanceId guest);

    /** Lets the guests run on, unwatched. May be called more than once. Does not block. */
    @Override
    default void close() {
    }
}
