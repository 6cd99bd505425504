package org.kumiki.api.hypervisor;

import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a driver whose guests can gain and lose volumes while they run implements as well. Repeating a call is no
 * error. A {@link BlockingHypervisor} may block in these calls as well, and answer with completed stages.
 */
@ConsumerType
public interface VolumeHotPlug {

    CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk);

    /** Completes when the guest has let go of the volume; fails as UNAVAILABLE if it does not in time. */
    CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume);
}
