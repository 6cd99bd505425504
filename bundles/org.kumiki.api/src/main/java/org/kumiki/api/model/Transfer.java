package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.object.ObjectSlice;
import org.kumiki.api.storage.DiskExport;

/**
 * A disk, or an image with all its disks, on its way between a bucket and a store.
 *
 * @param image      what is made, or taken away
 * @param snapshot   what is made, if it is a snapshot
 * @param object     where it comes from, or where it goes; of what goes, only bucket and key are known
 * @param format     how the object is laid out; of a {@link Kind#STORE_IMAGE} each disk in it
 * @param gzip       whether the object is packed
 * @param token      by which its client knows that it asked before
 * @param reason     why it failed, if it did
 * @param ended      when it was over, if it is
 * @param objectTags of what it makes in a bucket
 */
public record Transfer(TransferId id, AccountId owner, Kind kind, Optional<ImageId> image, Optional<SnapshotId> snapshot, ObjectSlice object,
        DiskExport.Format format, boolean gzip, String description, Optional<String> token, State state, Optional<String> reason, Instant began,
        Optional<Instant> ended, Map<String, String> objectTags, Map<String, String> tags) {

    /** What becomes of what. */
    public enum Kind {
        /** An image is registered by the object that is its disk. */
        REGISTER_IMAGE,
        /** The same, as a task that its client looks after. */
        IMPORT_IMAGE,
        IMPORT_SNAPSHOT,
        /** A whole image becomes an object. */
        STORE_IMAGE,
        /** A disk out of such an object becomes a snapshot of the image that it becomes again. */
        RESTORE_DISK,
        /** The disk of an image becomes an object. */
        EXPORT_IMAGE
    }

    /** Whether it is over. */
    public enum State {
        ACTIVE, COMPLETED, FAILED
    }

    public Transfer {
        objectTags = Map.copyOf(objectTags);
        tags = Map.copyOf(tags);
    }

    /** Whether something is taken away, and not made. */
    public boolean isOutgoing() {
        return kind == Kind.STORE_IMAGE || kind == Kind.EXPORT_IMAGE;
    }

    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /** @param newReason why it failed, if it did */
    public Transfer ended(State newState, Optional<String> newReason, Instant now) {
        return new Transfer(id, owner, kind, image, snapshot, object, format, gzip, description, token, newState, newReason, began, Optional.of(now),
                objectTags, tags);
    }
}
