package org.kumiki.engine;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries disks and images between buckets and stores. What was broken off is begun anew: stores and buckets take all of a thing, or nothing. */
final class Carrier {

    private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TO_LOOK = Duration.ofSeconds(60);
    private static final Duration TO_COPY = Duration.ofHours(6);
    private static final int BUFFER = 64 << 10;

    private final Supplier<World> world;
    private final Consumer<Report> reports;
    private final Services<ImageStore> imageStores;
    private final Services<ObjectAccess> objects;
    private final Services<ObjectAccess> carriers;
    private final Disks disks;
    private final Percentages percentages;

    Carrier(Supplier<World> world, Consumer<Report> reports, Services<ImageStore> imageStores, Services<ObjectAccess> objects,
            Services<ObjectAccess> carriers, Disks disks, Percentages percentages) {
        this.world = world;
        this.reports = reports;
        this.imageStores = imageStores;
        this.objects = objects;
        this.carriers = carriers;
        this.disks = disks;
        this.percentages = percentages;
    }

    /** Fails never: how it ended is reported. */
    CompletionStage<?> carry(TransferId id) {
        Optional<Transfer> transfer = active(id);
        if (transfer.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        // A platform that comes up again may have its stores before its buckets.
        return objects.call(PATIENCE, TO_LOOK, access -> CompletableFuture.completedFuture(access)).thenCompose(access -> carry(transfer.get(), access))
                .exceptionally(failure -> new Report.TransferEnded(id, Optional.empty(), 0, Optional.of(EffectRunner.message(failure))))
                .thenAccept(report -> {
                    percentages.forget(id);
                    reports.accept(report);
                });
    }

    private CompletionStage<Report.TransferEnded> carry(Transfer transfer, ObjectAccess access) {
        return switch (transfer.kind()) {
            case REGISTER_IMAGE, IMPORT_IMAGE -> {
                ImageId image = transfer.image().orElseThrow();
                Image.Format format = Image.Format.valueOf(transfer.format().name());
                yield imageStores.call(PATIENCE, TO_COPY, store -> store.add(image, source(transfer, access), format))
                        .thenApply(stored -> new Report.TransferEnded(transfer.id(), Optional.of(stored), 0, Optional.empty()));
            }
            case IMPORT_SNAPSHOT, RESTORE_DISK -> {
                SnapshotId snapshot = transfer.snapshot().orElseThrow();
                Disk.Format format = Disk.Format.valueOf(transfer.format().name());
                yield disks.volumes(store -> store.add(snapshot, source(transfer, access), format))
                        .thenCompose(size -> disks.archive(snapshot, snapshot.value()).thenApply(kept -> size))
                        .exceptionallyCompose(failure -> disks.volumes(store -> store.deleteSnapshot(snapshot)).handle((cleared, unclear) -> failure)
                                .thenCompose(CompletableFuture::failedFuture))
                        .thenApply(size -> new Report.TransferEnded(transfer.id(), Optional.empty(), size, Optional.empty()));
            }
            case STORE_IMAGE, EXPORT_IMAGE -> takeAway(transfer);
        };
    }

    /** The object as it was found; opened on the thread of the store that reads it. */
    private ByteSource source(Transfer transfer, ObjectAccess access) {
        return () -> {
            InputStream bytes;
            try {
                bytes = new Watched(access.open(transfer.owner(), transfer.object()), transfer.object().length(),
                        percent -> percentages.tell(transfer.id(), percent), () -> active(transfer.id()).isPresent());
            } catch (ObjectException e) {
                throw new StorageException(switch (e.reason()) {
                    case FULL -> StorageException.Reason.FULL;
                    case UNAVAILABLE -> StorageException.Reason.UNAVAILABLE;
                    case NO_SUCH_BUCKET, NO_SUCH_OBJECT, DENIED, SEALED -> StorageException.Reason.REFUSED;
                }, e.getMessage(), e);
            }
            return transfer.gzip() ? unpacked(bytes) : bytes;
        };
    }

    private static InputStream unpacked(InputStream packed) throws IOException {
        try {
            return new GZIPInputStream(packed, BUFFER) {

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    try {
                        return super.read(bytes, offset, length);
                    } catch (EOFException e) {
                        throw new IOException("the object ends before what is packed in it", e);
                    }
                }
            };
        } catch (IOException e) {
            packed.close();
            throw new StorageException(StorageException.Reason.REFUSED, "The object is not packed by gzip: " + e.getMessage(), e);
        }
    }

    private CompletionStage<Report.TransferEnded> takeAway(Transfer transfer) {
        Optional<Image> image = world.get().images().find(transfer.image().orElseThrow());
        if (image.isEmpty()) {
            return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "The image was deregistered meanwhile"));
        }
        List<BlockDevice> devices = image.get().devices();
        return exports(image.get(), transfer.format()).thenCompose(exports -> carriers.call(PATIENCE, TO_COPY, access -> {
            put(access, transfer, transfer.kind() == Transfer.Kind.STORE_IMAGE ? description(image.get(), devices, exports) : new byte[0], exports);
            return CompletableFuture.<Void>completedFuture(null);
        }).whenComplete((done, failure) -> exports.forEach(export -> export.ifPresent(Carrier::close))))
                .thenApply(done -> new Report.TransferEnded(transfer.id(), Optional.empty(), 0, Optional.empty()));
    }

    /** One for each device, none for those that are empty. */
    private CompletionStage<List<Optional<DiskExport>>> exports(Image image, DiskExport.Format format) {
        List<Optional<DiskExport>> exports = new ArrayList<>();
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (BlockDevice device : image.devices()) {
            all = all.thenCompose(before -> device.snapshot().map(snapshot -> disks.volumes(store -> store.export(snapshot, format)))
                    .or(() -> image.isOfSnapshot() ? Optional.empty()
                            : Optional.of(disks.stored(image.id(), TO_COPY, store -> store.export(image.id(), format))))
                    .map(export -> export.thenAccept(made -> exports.add(Optional.of(made))))
                    .orElseGet(() -> {
                        exports.add(Optional.empty());
                        return CompletableFuture.completedFuture(null);
                    }));
        }
        return all.handle((done, failure) -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(exports);
            }
            exports.forEach(export -> export.ifPresent(Carrier::close));
            return CompletableFuture.<List<Optional<DiskExport>>>failedFuture(Drivers.unwrapped(failure));
        }).thenCompose(result -> result);
    }

    private static byte[] description(Image image, List<BlockDevice> devices, List<Optional<DiskExport>> exports) {
        List<StoredAmi.StoredDisk> stored = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            BlockDevice device = devices.get(i);
            stored.add(new StoredAmi.StoredDisk(device.name(), device.sizeMiB(), device.deleteOnTermination(),
                    exports.get(i).map(DiskExport::length).orElse(0L)));
        }
        Optional<ImageId> base = image.format() != Image.Format.KERNEL ? Optional.empty() : image.base().or(() -> Optional.of(image.id()));
        return new StoredAmi(image.name(), image.description(), image.architecture(), base.map(ImageId::value).orElse(null), image.tags(), stored).head();
    }

    private void put(ObjectAccess access, Transfer transfer, byte[] head, List<Optional<DiskExport>> exports) {
        long length = head.length + exports.stream().mapToLong(export -> export.map(DiskExport::length).orElse(0L)).sum();
        List<InputStream> parts = new ArrayList<>();
        try {
            parts.add(new ByteArrayInputStream(head));
            for (Optional<DiskExport> export : exports) {
                if (export.isPresent()) {
                    parts.add(export.get().open());
                }
            }
            try (InputStream content = new Watched(new SequenceInputStream(Collections.enumeration(parts)), length,
                    percent -> percentages.tell(transfer.id(), percent), () -> active(transfer.id()).isPresent())) {
                access.put(transfer.owner(), transfer.object().bucket(), transfer.object().key(), content, transfer.objectTags());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Transfer> active(TransferId id) {
        return world.get().transfers().find(id).filter(Transfer::isActive);
    }

    private static void close(DiskExport export) {
        try {
            export.close();
        } catch (IOException e) {
            LOG.warn("a disk that was laid out to be taken away is left behind until the next start", e);
        }
    }
}
