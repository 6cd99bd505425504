package org.kumiki.api.hypervisor;

import java.util.Map;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a driver that can copy the disks of a running guest implements as well. A {@link BlockingHypervisor} should not block here until
 * everything is copied, for that may take hours.
 */
@ConsumerType
public interface DiskCopy {

    /**
     * Copies volumes of a running guest, all as they are at one moment, while the guest goes on writing. The stage completes when all is
     * on its way to stable storage. What fails leaves targets of which nothing may be believed. Asked again it begins anew, with the targets
     * it is given then. Fails as CONFLICT if the guest does not run.
     *
     * @param targets empty disks, at least as large as the volumes
     * @param reboot  whether the guest is asked to shut down first, and starts again once the moment has come; then its file systems are
     *                whole in the copies, if it follows
     */
    CompletionStage<Void> copy(HostId host, InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot);
}
