package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A disk. It may outlive the instances it is attached to.
 *
 * @param origin the snapshot it was made of, if it was
 * @param image  the image it goes back to: that of its snapshot, or else the one over whose disk it is laid
 */
public record Volume(VolumeId id, AccountId owner, long sizeMiB, Optional<SnapshotId> origin, Optional<ImageId> image, State state,
        Optional<Attachment> attachment, Instant created, Map<String, String> tags) {

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

    /** The image over whose disk it is laid: without the image's files it cannot be read. */
    public Optional<ImageId> backing() {
        return origin.isPresent() ? Optional.empty() : image;
    }

    public Volume with(State newState) {
        return with(newState, attachment);
    }

    public Volume with(State newState, Optional<Attachment> newAttachment) {
        return new Volume(id, owner, sizeMiB, origin, image, newState, newAttachment, created, tags);
    }

    public Volume withTags(Map<String, String> newTags) {
        return new Volume(id, owner, sizeMiB, origin, image, state, attachment, created, newTags);
    }
}
