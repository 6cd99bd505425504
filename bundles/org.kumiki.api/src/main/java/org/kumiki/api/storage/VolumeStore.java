package org.kumiki.api.storage;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps volumes and their snapshots. Thread-safe; calls return at once. Failures are {@link StorageException}s.
 * <p>
 * A volume that is made of an image is laid over the image's disk, so it is there at once, and the image's files must stay as long as the
 * volume. Which disk that is the store is told each time: it remembers no paths of others. A snapshot stands alone.
 */
@ConsumerType
public interface VolumeStore {

    /**
     * Makes a volume that reads as zeroes, or as a snapshot, or as the disk of an image. Asked twice it does the thing once.
     *
     * @param image not together with a snapshot
     */
    CompletionStage<Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin, Optional<Disk> image);

    /**
     * Where a volume is.
     *
     * @param image what it was made of
     */
    CompletionStage<Disk> locate(VolumeId id, Optional<Disk> image);

    /** Destroys a volume and what was on it. It is no error if there is none. */
    CompletionStage<Void> delete(VolumeId id);

    /**
     * Keeps a volume as it is now. The volume must not be written meanwhile. Asked twice it does the thing once. What was prepared for the
     * snapshot goes.
     *
     * @param image what the volume was made of
     */
    CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume, Optional<Disk> image);

    /**
     * Makes an empty disk into which a hypervisor will copy what a guest goes on writing. It is no snapshot before it is
     * {@linkplain #keep(SnapshotId) kept}: until then nobody can make a volume of it, and it does not outlive the store. Asked twice it
     * begins anew.
     */
    CompletionStage<Disk> prepare(SnapshotId id, long sizeMiB);

    /** Makes a snapshot of what was prepared and is complete now. */
    CompletionStage<Void> keep(SnapshotId id);

    /**
     * Brings a complete snapshot to where it outlives the files of this store, if this store does that at all. Asked twice it goes on where it was.
     *
     * @param lineage what it is a snapshot of: snapshots of one lineage have much in common
     * @param percent told how far it is; called from any thread
     */
    default CompletionStage<Void> archive(SnapshotId id, String lineage, IntConsumer percent) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Makes a snapshot of a disk that somebody hands over, or keeps nothing at all: it is checked before anything looks into it. Asked twice it does
     * the thing once.
     *
     * @param declared the format that its owner says it has; it is not guessed, and bytes that contradict are refused
     * @return the size of the disk in MiB
     */
    default CompletionStage<Long> add(SnapshotId id, ByteSource source, Disk.Format declared) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.REFUSED, "This store takes no disks in."));
    }

    /** Lays a snapshot out, so that it stands alone. */
    default CompletionStage<DiskExport> export(SnapshotId id, DiskExport.Format format) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.REFUSED, "This store gives no disks away."));
    }

    /** Also of one that was only prepared. It is no error if there is none. */
    CompletionStage<Void> deleteSnapshot(SnapshotId id);
}
