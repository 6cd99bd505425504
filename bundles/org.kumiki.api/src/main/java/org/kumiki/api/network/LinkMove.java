package org.kumiki.api.network;

import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a network implements as well whose guests keep their address and their open connections when they move to another host.
 *
 * <pre>
 *   prepare(to) ────▶ switchOver(from, to) ────▶ unlink(from)
 *        └─ the move has failed: unlink(to)
 * </pre>
 *
 * Repeating a call is no error. After a crash in between, {@link GuestNetwork#link} on the host where the guest runs and
 * {@link GuestNetwork#unlink} on the other make it right.
 */
@ConsumerType
public interface LinkMove {

    /** Makes the link on the host that the guest will move to. Nothing passes there yet; the other link is as it was. */
    CompletionStage<NetworkLink> prepare(GuestNetwork.LinkRequest request);

    /**
     * Lets traffic pass on the new host and no longer on the old one, and hands over what is known of open connections. Called when the
     * guest stands still, before it goes on at its new place: from there its hypervisor announces it, so that the network between the hosts
     * learns the way.
     */
    CompletionStage<Void> switchOver(InstanceId instance, HostId from, HostId to);
}
