package org.kumiki.engine;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.datacenter.Table;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.ImageStore;

/** What the world outside says: how an effect ended, or what happened by itself. */
sealed interface Report {

    record GuestStarted(InstanceId instance) implements Report {
    }

    record GuestNotStarted(InstanceId instance, String reason) implements Report {
    }

    /** How a guest is reached. */
    record GuestLinked(InstanceId instance, NetworkLink link) implements Report {
    }

    /** A guest has moved to the destination of its migration. */
    record GuestMoved(InstanceId instance, String summary) implements Report {
    }

    /** A guest has stayed where it was. */
    record GuestStayed(InstanceId instance, String reason) implements Report {
    }

    record GuestStopped(InstanceId instance, String reason) implements Report {
    }

    record GuestDestroyed(InstanceId instance) implements Report {
    }

    /**
     * The hosts of a technology.
     *
     * @param asked the instances as they were when the driver was asked; it cannot know what happened later
     */
    record HostsSeen(Technology technology, List<HostReport> hosts, Table<InstanceId, Instance> asked) implements Report {

        /** Whether the report tells of an instance as it is: one that is still in the state and place that it was in then. No clock is asked. */
        boolean isAbout(Instance instance) {
            return asked.find(instance.id()).filter(then -> then.state() == instance.state() && then.since().equals(instance.since())
                    && then.decision() == instance.decision()).isPresent(); // each move is by a decision of its own
        }
    }

    /** Nobody drives the hosts of a technology any more. */
    record DriverGone(String technology) implements Report {
    }

    /** A power controller has shown that a host is on, or off. */
    record HostSwitched(HostId host, boolean on) implements Report {
    }

    record HostNotSwitched(HostId host, boolean on, String reason) implements Report {
    }

    /** The store offers an image that it can make by itself. */
    record ImageOffered(ImageStore.BuiltIn image) implements Report {
    }

    record ImageStored(ImageStore.Stored image) implements Report {
    }

    record ImageFailed(ImageId image, String reason) implements Report {
    }

    record ImageDeleted(ImageId image) implements Report {
    }

    record VolumeCreated(VolumeId volume) implements Report {
    }

    record VolumeFailed(VolumeId volume, String reason) implements Report {
    }

    record VolumeDeleted(VolumeId volume) implements Report {
    }

    record VolumeAttached(VolumeId volume, InstanceId instance) implements Report {
    }

    /** Also what a failed attachment comes to. */
    record VolumeDetached(VolumeId volume, InstanceId instance) implements Report {
    }

    /** The guest did not let go of it. */
    record VolumeStuck(VolumeId volume, InstanceId instance) implements Report {
    }

    /** Those that were taken together. */
    record SnapshotsTaken(List<SnapshotId> snapshots) implements Report {

        public SnapshotsTaken {
            snapshots = List.copyOf(snapshots);
        }
    }

    record SnapshotsFailed(List<SnapshotId> snapshots, String reason) implements Report {

        public SnapshotsFailed {
            snapshots = List.copyOf(snapshots);
        }
    }

    record SnapshotDeleted(SnapshotId snapshot) implements Report {
    }

    /**
     * @param image   what was made, if it is an image
     * @param sizeMiB of the snapshot that was made, if it is one
     * @param failure why it did not work, if it did not
     */
    record TransferEnded(TransferId transfer, Optional<ImageStore.Stored> image, long sizeMiB, Optional<String> failure) implements Report {
    }

    /** Time has passed: what has been over for long can be forgotten. */
    record Tick() implements Report {
    }
}
