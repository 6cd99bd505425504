package org.kumiki.api.power;

import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.HostId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Switches hosts on and off. Calls return at once; a stage completes when the controller has shown, by a reading of its own, that the
 * host is in the state asked for, and fails with a {@link PowerException} if it has not. An answer without proof is not believed. Who
 * would rather block implements {@link BlockingHostPower}.
 */
@ConsumerType
public interface HostPower {

    /** Whether this service can switch that host. */
    boolean controls(HostId host);

    CompletionStage<Void> on(HostId host);

    CompletionStage<Void> off(HostId host);

    /** Whether the host is on. */
    CompletionStage<Boolean> isOn(HostId host);
}
