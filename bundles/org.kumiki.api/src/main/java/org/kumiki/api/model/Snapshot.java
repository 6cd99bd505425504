package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A volume as it was at one moment.
 *
 * @param volume what it was taken of; {@link #OF_NO_VOLUME} if it came from elsewhere
 * @param image  the image that the volume goes back to, if it does
 * @param reason why it failed, if it did
 * @param reboot whether a guest that runs is rebooted for it, so that its file systems are whole
 */
public record Snapshot(SnapshotId id, AccountId owner, VolumeId volume, Optional<ImageId> image, long sizeMiB, State state,
        Optional<String> reason, String description, boolean reboot, Instant started, boolean shared, Map<String, String> tags) {

    /** As EC2 has it. */
    public static final VolumeId OF_NO_VOLUME = new VolumeId("vol-ffffffff");

    /** Whether volumes can be made from a snapshot. */
    public enum State {
        PENDING, COMPLETED, FAILED
    }

    public Snapshot {
        tags = Map.copyOf(tags);
    }

    public Snapshot with(State newState, Optional<String> newReason) {
        return new Snapshot(id, owner, volume, image, sizeMiB, newState, newReason, description, reboot, started, shared, tags);
    }

    /** The same snapshot, complete, now that it is known how large it is. */
    public Snapshot completed(long newSizeMiB) {
        return new Snapshot(id, owner, volume, image, newSizeMiB, State.COMPLETED, Optional.empty(), description, reboot, started, shared, tags);
    }

    public Snapshot withTags(Map<String, String> newTags) {
        return new Snapshot(id, owner, volume, image, sizeMiB, state, reason, description, reboot, started, shared, newTags);
    }

    public Snapshot withShared(boolean nowShared) {
        return new Snapshot(id, owner, volume, image, sizeMiB, state, reason, description, reboot, started, nowShared, tags);
    }
}
