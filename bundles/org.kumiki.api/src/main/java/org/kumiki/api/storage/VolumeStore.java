package org.kumiki.api.storage;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.osgi.annotation.versioning.ConsumerType;

/** Keeps volumes and their snapshots. Thread-safe; calls return at once. Failures are {@link StorageException}s. */
@ConsumerType
public interface VolumeStore {

    /** Makes a volume that reads as zeroes, or as a snapshot. Asked twice it does the thing once. */
    CompletionStage<BootSource.Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin);

    /** Where a volume is. */
    CompletionStage<BootSource.Disk> locate(VolumeId id);

    /** Destroys a volume and what was on it. It is no error if there is none. */
    CompletionStage<Void> delete(VolumeId id);

    /** Keeps a volume as it is now. The volume must not be written meanwhile. Asked twice it does the thing once. */
    CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume);

    /** It is no error if there is none. */
    CompletionStage<Void> deleteSnapshot(SnapshotId id);
}
