package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A disk that outlives the instances it is attached to. */
public record Volume(VolumeId id, AccountId owner, long sizeMiB, Optional<SnapshotId> origin, State state, Optional<Attachment> attachment,
        Instant created, Map<String, String> tags) {

    /** Whether a volume can be attached. */
    public enum State {
        CREATING, AVAILABLE, IN_USE, DELETING, FAILED
    }

    public Volume {
        if (sizeMiB < 1) {
            throw new IllegalArgumentException("a volume has a size: " + sizeMiB);
        }
        tags = Map.copyOf(tags);
    }

    public Volume with(State newState) {
        return new Volume(id, owner, sizeMiB, origin, newState, attachment, created, tags);
    }

    public Volume with(State newState, Optional<Attachment> newAttachment) {
        return new Volume(id, owner, sizeMiB, origin, newState, newAttachment, created, tags);
    }

    public Volume withTags(Map<String, String> newTags) {
        return new Volume(id, owner, sizeMiB, origin, state, attachment, created, newTags);
    }
}
