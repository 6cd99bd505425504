package org.kumiki.api.hypervisor;

import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.NetworkLink;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a driver that can change the forwarded ports of a running guest implements as well. Repeating a call is no
 * error. A {@link BlockingHypervisor} may block in these calls as well, and answer with completed stages.
 */
@ConsumerType
public interface LinkUpdate {

    CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link);
}
