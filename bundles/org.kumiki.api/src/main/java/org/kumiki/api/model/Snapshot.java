package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;

/** A volume as it was at one moment. */
public record Snapshot(SnapshotId id, AccountId owner, VolumeId volume, long sizeMiB, State state, String description, Instant started,
        boolean shared, Map<String, String> tags) {

    /** Whether volumes can be made from a snapshot. */
    public enum State {
        PENDING, COMPLETED, FAILED
    }

    public Snapshot {
        tags = Map.copyOf(tags);
    }

    public Snapshot with(State newState) {
        return new Snapshot(id, owner, volume, sizeMiB, newState, description, started, shared, tags);
    }

    public Snapshot withTags(Map<String, String> newTags) {
        return new Snapshot(id, owner, volume, sizeMiB, state, description, started, shared, newTags);
    }

    public Snapshot withShared(boolean nowShared) {
        return new Snapshot(id, owner, volume, sizeMiB, state, description, started, nowShared, tags);
    }
}
