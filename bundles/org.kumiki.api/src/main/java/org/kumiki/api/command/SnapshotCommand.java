package org.kumiki.api.command;

import java.util.Map;

import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;

/** What can be asked of snapshots. */
public sealed interface SnapshotCommand<R> extends Command<R> {

    /** Keeps a volume as it is now. */
    record Create(VolumeId volume, String description, Map<String, String> tags) implements SnapshotCommand<Snapshot> {

        public Create {
            tags = Map.copyOf(tags);
        }
    }

    /** Forgets a snapshot. */
    record Delete(SnapshotId snapshot) implements SnapshotCommand<Snapshot> {
    }

    /** Says whether every account may make volumes of a snapshot. */
    record Share(SnapshotId snapshot, boolean shared) implements SnapshotCommand<Snapshot> {
    }
}
