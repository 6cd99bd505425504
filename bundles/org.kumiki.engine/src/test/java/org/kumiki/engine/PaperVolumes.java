package org.kumiki.engine;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.VolumeStore;

/** Keeps books of volumes and snapshots, and is strict: what was never made, or was deleted, is not there. */
final class PaperVolumes implements VolumeStore {

    /** The books, which outlive the store. */
    static final class Shelf {
        final Map<VolumeId, Disk> volumes = new ConcurrentHashMap<>();
        final Map<SnapshotId, Long> snapshots = new ConcurrentHashMap<>();
        final Set<SnapshotId> prepared = ConcurrentHashMap.newKeySet();
        /** What a copy, or the deletion of a snapshot, waits for. */
        volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    }

    private final Shelf shelf;
    private final PaperHypervisor.Estate estate;

    PaperVolumes(Shelf shelf, PaperHypervisor.Estate estate) {
        this.shelf = shelf;
        this.estate = estate;
    }

    @Override
    public CompletionStage<Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin, Optional<Disk> image) {
        if (!shelf.volumes.containsKey(id) && origin.filter(snapshot -> !shelf.snapshots.containsKey(snapshot)).isPresent()) {
            return absent(origin.get());
        }
        shelf.volumes.putIfAbsent(id, new Disk(Path.of("/volumes", id.value()), Disk.Format.QCOW2, sizeMiB));
        return locate(id, image);
    }

    @Override
    public CompletionStage<Disk> locate(VolumeId id, Optional<Disk> image) {
        Disk disk = shelf.volumes.get(id);
        return disk == null ? absent(id)
                : CompletableFuture.completedFuture(new Disk(disk.file(), disk.format(), disk.sizeMiB(), image));
    }

    @Override
    public CompletionStage<Void> delete(VolumeId id) {
        shelf.volumes.remove(id);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume, Optional<Disk> image) {
        shelf.prepared.remove(id);
        estate.calls.add("copy " + volume + " at rest");
        return shelf.gate.thenCompose(open -> locate(volume, image)).thenAccept(disk -> shelf.snapshots.put(id, disk.sizeMiB()));
    }

    @Override
    public CompletionStage<Disk> prepare(SnapshotId id, long sizeMiB) {
        shelf.prepared.add(id);
        return CompletableFuture.completedFuture(new Disk(Path.of("/snapshots", id.value()), Disk.Format.QCOW2, sizeMiB));
    }

    @Override
    public CompletionStage<Void> keep(SnapshotId id) {
        if (!shelf.prepared.remove(id)) {
            return absent(id);
        }
        shelf.snapshots.put(id, 0L);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> deleteSnapshot(SnapshotId id) {
        return shelf.gate.thenRun(() -> {
            shelf.prepared.remove(id);
            shelf.snapshots.remove(id);
            estate.calls.add("delete " + id);
        });
    }

    private static <T> CompletionStage<T> absent(Object id) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "There is no " + id + " in the store."));
    }
}
