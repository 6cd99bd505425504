package org.kumiki.api.hypervisor;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.osgi.annotation.versioning.ProviderType;

/** Told by a driver what happens to guests by itself. Calls return at once. */
@ProviderType
public interface GuestListener {

    /**
     * A guest's machine is off, and nobody asked the driver for it.
     *
     * @param reason for people, e.g. {@code the guest shut down} or {@code its process was killed}
     */
    void stopped(HostId host, InstanceId guest, String reason);

    /** Hosts came, went, or changed: {@link Hypervisor#hosts()} now answers differently. */
    void hostsChanged();
}
