package org.kumiki.api.power;

import org.kumiki.api.model.HostId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link HostPower} written as plain, blocking code. Calls return when the controller has shown, by a reading of its own, that the host is
 * as asked for, and throw a {@link PowerException} if it has not. The engine calls it on threads that belong to it alone, for one host one
 * call at a time, and interrupts a call that takes longer than its deadline.
 */
@ConsumerType
public interface BlockingHostPower {

    /** See {@link HostPower#controls(HostId)}. Does not block. */
    boolean controls(HostId host);

    /** See {@link HostPower#on(HostId)}. */
    void on(HostId host) throws InterruptedException;

    /** See {@link HostPower#off(HostId)}. */
    void off(HostId host) throws InterruptedException;

    /** See {@link HostPower#isOn(HostId)}. */
    boolean isOn(HostId host) throws InterruptedException;
}
