package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a machine boots from.
 *
 * @param format  how the image store keeps it
 * @param sizeMiB the size of the disk that the guest sees; 0 if it has none
 * @param source  where it came from, for people
 * @param shared  whether every account may launch it
 * @param reason  why it failed, if it did
 */
public record Image(ImageId id, AccountId owner, String name, String description, String architecture, Format format, long sizeMiB,
        String source, boolean shared, State state, Optional<String> reason, Instant created, Map<String, String> tags) {

    /** How an image is laid out. */
    public enum Format {
        /** A kernel and an initial RAM disk, and perhaps a disk. */
        KERNEL, QCOW2, RAW
    }

    /** Whether an image can be launched. */
    public enum State {
        /** Being built, fetched or checked. */
        PENDING, AVAILABLE, FAILED
    }

    public Image {
        tags = Map.copyOf(tags);
    }

    public Image with(State newState, Optional<String> newReason) {
        return new Image(id, owner, name, description, architecture, format, sizeMiB, source, shared, newState, newReason, created, tags);
    }

    /** The same image, now that the store has it. */
    public Image stored(Format newFormat, long newSizeMiB, String newArchitecture) {
        return new Image(id, owner, name, description, newArchitecture, newFormat, newSizeMiB, source, shared, State.AVAILABLE,
                Optional.empty(), created, tags);
    }

    public Image withTags(Map<String, String> newTags) {
        return new Image(id, owner, name, description, architecture, format, sizeMiB, source, shared, state, reason, created, newTags);
    }

    public Image withShared(boolean nowShared) {
        return new Image(id, owner, name, description, architecture, format, sizeMiB, source, nowShared, state, reason, created, tags);
    }
}
