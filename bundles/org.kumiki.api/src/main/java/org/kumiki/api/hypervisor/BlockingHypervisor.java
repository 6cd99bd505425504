package org.kumiki.api.hypervisor;

import java.util.List;

import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link Hypervisor} written in plain blocking code: the contract is the same, but a call returns when the thing is done, or throws a
 * {@link HypervisorException}. The engine calls it on threads that belong to this driver alone, several at a time, and interrupts a
 * call that takes longer than its deadline.
 */
@ConsumerType
public interface BlockingHypervisor {

    /** See {@link Hypervisor#technology()}. Does not block. */
    Technology technology();

    /** See {@link Hypervisor#hosts()}. */
    List<HostReport> hosts();

    /** See {@link Hypervisor#start(HostId, GuestSpec)}. */
    void start(HostId host, GuestSpec guest);

    /** See {@link Hypervisor#stop(HostId, InstanceId, boolean)}. */
    void stop(HostId host, InstanceId guest, boolean force);

    /** See {@link Hypervisor#reboot(HostId, InstanceId)}. */
    void reboot(HostId host, InstanceId guest);

    /** See {@link Hypervisor#destroy(HostId, InstanceId)}. */
    void destroy(HostId host, InstanceId guest);

    /** See {@link Hypervisor#console(HostId, InstanceId)}. */
    ConsoleOutput console(HostId host, InstanceId guest);

    /** See {@link Hypervisor#watch(GuestListener)}. Does not block. */
    Runnable watch(GuestListener listener);
}
