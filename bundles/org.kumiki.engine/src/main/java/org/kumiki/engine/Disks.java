package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.VolumeStore;

/** Where the stores have what guests boot from and write to, and how that is made and kept. */
final class Disks {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TO_LOOK = Duration.ofSeconds(60);
    private static final Duration TO_COPY = Duration.ofHours(6);
    /** A copy is broken off when its guest shuts down; then the guest is off, and the next attempt finds that out. */
    private static final int ATTEMPTS = 2;

    private final Supplier<World> world;
    private final Consumer<Report> reports;
    private final Function<HostId, CompletionStage<Drivers.Driver>> drivers;
    private final Services<ImageStore> imageStores;
    private final Services<VolumeStore> volumeStores;
    private final Percentages percentages;
    private final BooleanSupplier closed;

    /** @param closed whether the engine ends: what is broken off by that is left as it is, and the next engine takes it up */
    Disks(Supplier<World> world, Consumer<Report> reports, Function<HostId, CompletionStage<Drivers.Driver>> drivers,
            Services<ImageStore> imageStores, Services<VolumeStore> volumeStores, Percentages percentages, BooleanSupplier closed) {
        this.world = world;
        this.reports = reports;
        this.drivers = drivers;
        this.imageStores = imageStores;
        this.volumeStores = volumeStores;
        this.percentages = percentages;
        this.closed = closed;
    }

    static boolean isRoot(Instance instance, String device) {
        return instance.rootDevice().equals(Optional.of(device));
    }

    /** A kernel comes with the image that the root volume goes back to; any other system brings its boot loader on that volume. */
    CompletionStage<BootSource> boot(Instance instance) {
        ImageId own = instance.spec().image();
        if (instance.rootDevice().isEmpty()) {
            return stored(own, store -> store.boot(own));
        }
        World now = world.get();
        Optional<Volume> root = now.volumes(instance.id()).stream().filter(volume -> isRoot(instance, device(volume))).findFirst();
        if (root.isEmpty()) {
            return absent("no volume is attached at root (" + instance.rootDevice().get() + ")");
        }
        return root.get().image().flatMap(now::image).filter(image -> image.format() == Image.Format.KERNEL).map(Image::id)
                .map(image -> stored(image, store -> store.boot(image)))
                .orElseGet(() -> CompletableFuture.completedFuture(new BootSource.Firmware()));
    }

    /** The disks of a guest that is about to start, those made that have never been. */
    CompletionStage<List<GuestDisk>> of(Instance instance) {
        List<Volume> volumes = world.get().volumes(instance.id()).stream()
                .filter(volume -> volume.attachment().orElseThrow().state() == Attachment.State.ATTACHED)
                .sorted(Comparator.comparing(Disks::device)).toList();
        return each(volumes, volume -> disk(volume).thenApply(disk -> new GuestDisk(volume.id(), disk, device(volume))));
    }

    private static String device(Volume volume) {
        return volume.attachment().orElseThrow().device();
    }

    CompletionStage<Disk> find(VolumeId id) {
        return world.get().volumes().find(id).map(this::disk).orElseGet(() -> absent("there is no volume " + id));
    }

    /** Where a volume is; it is made first, if it has never been. */
    private CompletionStage<Disk> disk(Volume volume) {
        return backing(volume).thenCompose(image -> volume.state() != Volume.State.CREATING
                ? volumes(store -> store.locate(volume.id(), image))
                : volumes(store -> store.create(volume.id(), volume.sizeMiB(), volume.origin(), image))).whenComplete((disk, failure) -> {
                    if (volume.state() == Volume.State.CREATING) {
                        reports.accept(failure == null ? new Report.VolumeCreated(volume.id())
                                : new Report.VolumeFailed(volume.id(), EffectRunner.message(failure)));
                    }
                });
    }

    /** What lies under a volume. */
    private CompletionStage<Optional<Disk>> backing(Volume volume) {
        return volume.backing().map(image -> stored(image, store -> store.disk(image)).thenApply(Optional::of))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    /** Keeps volumes as they are at one moment, and reports how that ended. */
    CompletionStage<?> keep(Effect.TakeSnapshots effect) {
        List<Snapshot> wanted = effect.snapshots().stream().filter(snapshot -> world.get().snapshots().find(snapshot.id())
                .filter(now -> now.state() == Snapshot.State.PENDING).isPresent()).toList();
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<SnapshotId> ids = wanted.stream().map(Snapshot::id).toList();
        CompletionStage<Void> kept = effect.instance().flatMap(world.get().instances()::find).filter(instance -> instance.state().occupiesHost())
                .map(instance -> copyWhileItRuns(instance, wanted, ATTEMPTS)).orElseGet(() -> copyAtRest(wanted));
        return kept.thenCompose(done -> each(wanted, snapshot -> archive(snapshot.id(), snapshot.volume().value()))).<Report>thenApply(done -> new Report.SnapshotsTaken(ids))
                .exceptionallyCompose(failure -> closed.getAsBoolean() ? CompletableFuture.failedFuture(failure) : failed(ids, failure))
                .thenAccept(reports);
    }

    private CompletionStage<Report> failed(List<SnapshotId> ids, Throwable failure) {
        return each(ids, id -> volumes(store -> store.deleteSnapshot(id)))
                .handle((cleared, unclear) -> new Report.SnapshotsFailed(ids, EffectRunner.message(failure)));
    }

    /** Brings a complete snapshot to where the store keeps snapshots for long. */
    CompletionStage<Void> archive(SnapshotId id, String lineage) {
        return volumes(store -> store.archive(id, lineage, percent -> percentages.tell(id, percent)))
                .whenComplete((done, failure) -> percentages.forget(id));
    }

    /** What is written all the time is copied by whoever runs the guest. If that one says that it is off by now, its disks are at rest. */
    private CompletionStage<Void> copyWhileItRuns(Instance instance, List<Snapshot> snapshots, int attempts) {
        return drivers.apply(instance.host().orElseThrow()).thenCompose(driver -> copy(driver, instance, snapshots).exceptionallyCompose(failure -> {
            if (driver.isGone() && !closed.getAsBoolean()) {
                return copyWhileItRuns(instance, snapshots, attempts);
            }
            HypervisorException.Reason reason = Drivers.unwrapped(failure) instanceof HypervisorException e ? e.reason() : null;
            if (reason == HypervisorException.Reason.CONFLICT || reason == HypervisorException.Reason.NOT_FOUND) {
                return copyAtRest(snapshots);
            }
            return reason == HypervisorException.Reason.UNAVAILABLE && attempts > 1 ? copyWhileItRuns(instance, snapshots, attempts - 1)
                    : CompletableFuture.failedFuture(failure);
        }));
    }

    private CompletionStage<Void> copy(Drivers.Driver driver, Instance instance, List<Snapshot> snapshots) {
        DiskCopy copies = driver.facet(DiskCopy.class).orElseThrow(() -> new HypervisorException(HypervisorException.Reason.UNSUPPORTED,
                driver.technology().name() + " copies disks only of guests that are stopped"));
        Map<VolumeId, Disk> targets = new LinkedHashMap<>();
        return each(snapshots, snapshot -> volumes(store -> store.prepare(snapshot.id(), snapshot.sizeMiB()))
                .thenAccept(target -> targets.put(snapshot.volume(), target)))
                .thenCompose(prepared -> driver.run(TO_COPY,
                        () -> copies.copy(instance.host().orElseThrow(), instance.id(), targets, snapshots.get(0).reboot())))
                .thenCompose(copied -> each(snapshots, snapshot -> volumes(store -> store.keep(snapshot.id())))).thenApply(done -> null);
    }

    private CompletionStage<Void> copyAtRest(List<Snapshot> snapshots) {
        return each(snapshots, snapshot -> {
            Optional<Volume> volume = world.get().volumes().find(snapshot.volume());
            return volume.isEmpty() ? Disks.<Void>absent("there is no volume " + snapshot.volume())
                    : backing(volume.get()).thenCompose(image -> volumes(store -> store.snapshot(snapshot.id(), snapshot.volume(), image)));
        }).thenApply(done -> null);
    }

    <T> CompletionStage<T> volumes(Function<VolumeStore, CompletionStage<T>> call) {
        return volumeStores.call(PATIENCE, TO_COPY, call);
    }

    private <T> CompletionStage<T> stored(ImageId image, Function<ImageStore, CompletionStage<T>> call) {
        return stored(image, TO_LOOK, call);
    }

    /** An image is with the first store that has it. */
    <T> CompletionStage<T> stored(ImageId image, Duration deadline, Function<ImageStore, CompletionStage<T>> call) {
        return imageStores.call(PATIENCE, deadline, call).exceptionallyCompose(
                failure -> isAbsent(failure) ? stored(image, deadline, call, imageStores.all(), 1) : CompletableFuture.failedFuture(failure));
    }

    private <T> CompletionStage<T> stored(ImageId image, Duration deadline, Function<ImageStore, CompletionStage<T>> call, List<ImageStore> stores,
            int index) {
        if (index >= stores.size()) {
            return absent("no store has the image " + image);
        }
        return imageStores.call(stores.get(index), deadline, call).exceptionallyCompose(
                failure -> isAbsent(failure) ? stored(image, deadline, call, stores, index + 1) : CompletableFuture.failedFuture(failure));
    }

    private static boolean isAbsent(Throwable failure) {
        return Drivers.unwrapped(failure) instanceof StorageException e && e.reason() == StorageException.Reason.NOT_FOUND;
    }

    private static <T> CompletionStage<T> absent(String message) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, message));
    }

    /** Does one after the other. */
    private static <A, B> CompletionStage<List<B>> each(List<A> things, Function<A, CompletionStage<B>> deed) {
        CompletionStage<List<B>> done = CompletableFuture.completedFuture(new ArrayList<>());
        for (A thing : things) {
            done = done.thenCompose(list -> deed.apply(thing).thenApply(result -> {
                list.add(result);
                return list;
            }));
        }
        return done;
    }
}
