package org.kumiki.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.VolumeStore;

/** Keeps books of volumes and snapshots, and is strict: what was never made, or was deleted, is not there. */
final class PaperVolumes implements VolumeStore {

    /** The books, which outlive the store. */
    static final class Shelf {
        final Map<VolumeId, Disk> volumes = new ConcurrentHashMap<>();
        final Map<SnapshotId, Long> snapshots = new ConcurrentHashMap<>();
        final Set<SnapshotId> prepared = ConcurrentHashMap.newKeySet();
        final AtomicInteger preparations = new AtomicInteger();
        /** What is in snapshots that came from elsewhere. */
        final Map<SnapshotId, byte[]> imported = new ConcurrentHashMap<>();
        final Map<SnapshotId, String> archived = new ConcurrentHashMap<>();
        /** What bringing a snapshot to where it stays waits for; when it fails, that fails. */
        volatile CompletableFuture<Void> archive = CompletableFuture.completedFuture(null);
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
        shelf.preparations.incrementAndGet();
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
    public CompletionStage<Void> archive(SnapshotId id, String lineage, IntConsumer percent) {
        percent.accept(42);
        return shelf.archive.thenRun(() -> shelf.archived.put(id, lineage));
    }

    @Override
    public CompletionStage<Long> add(SnapshotId id, ByteSource source, Disk.Format declared) {
        return CompletableFuture.supplyAsync(() -> {
            shelf.imported.put(id, read(source));
            shelf.snapshots.put(id, 2_048L);
            return 2_048L;
        });
    }

    @Override
    public CompletionStage<DiskExport> export(SnapshotId id, DiskExport.Format format) {
        return shelf.snapshots.containsKey(id) ? CompletableFuture.completedFuture(new PaperExport(shelf.imported.getOrDefault(id, id.value().getBytes(
                StandardCharsets.US_ASCII)))) : absent(id);
    }

    /** Bytes that begin with "evil" are refused, as real stores refuse what is dangerous. */
    static byte[] read(ByteSource source) {
        try (InputStream in = source.open()) {
            byte[] content = in.readAllBytes();
            if (new String(content, StandardCharsets.US_ASCII).startsWith("evil")) {
                throw new StorageException(StorageException.Reason.REFUSED, "This disk is refused: it names a backing file.");
            }
            return content;
        } catch (IOException e) {
            throw new StorageException(StorageException.Reason.UNAVAILABLE, e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<Void> deleteSnapshot(SnapshotId id) {
        return shelf.gate.thenRun(() -> {
            shelf.prepared.remove(id);
            shelf.snapshots.remove(id);
            shelf.imported.remove(id);
            shelf.archived.remove(id);
            estate.calls.add("delete " + id);
        });
    }

    private static <T> CompletionStage<T> absent(Object id) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "There is no " + id + " in the store."));
    }
}
