package org.kumiki.twin.simulation;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.api.twin.VirtualEngine;

/** Stores and a network that say yes to everything: guests that are simulated boot from nothing, and their disks are names. Stateless. */
final class NoStores {

    /** The one image there is, which guests are launched from. */
    static final ImageId IMAGE = new ImageId("ami-00000000000000000");

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private NoStores() {
    }

    static void addTo(VirtualEngine engine) {
        engine.add(GuestNetwork.class, "none", new Network());
        engine.add(VolumeStore.class, "none", new Volumes());
        engine.add(ImageStore.class, "none", new Images());
    }

    private static Disk disk(Object name, long sizeMiB) {
        return new Disk(Path.of(name.toString()), Disk.Format.RAW, sizeMiB);
    }

    private static final class Images implements ImageStore {

        @Override
        public List<BuiltIn> builtIns() {
            return List.of(new BuiltIn(IMAGE, "nothing", "for guests that are simulated", "x86_64"));
        }

        @Override
        public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
            return stored(id, Image.Format.KERNEL);
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress) {
            return stored(id, declared);
        }

        private static CompletionStage<Stored> stored(ImageId id, Image.Format format) {
            return CompletableFuture.completedFuture(new Stored(id, format, 0, "x86_64"));
        }

        @Override
        public CompletionStage<BootSource> boot(ImageId id) {
            return CompletableFuture.completedFuture(new BootSource.Nothing());
        }

        @Override
        public CompletionStage<Disk> disk(ImageId id) {
            return CompletableFuture.completedFuture(NoStores.disk(id, 0));
        }

        @Override
        public CompletionStage<Void> delete(ImageId id) {
            return DONE;
        }
    }

    private static final class Volumes implements VolumeStore {

        @Override
        public CompletionStage<Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin, Optional<Disk> image) {
            return CompletableFuture.completedFuture(disk(id, sizeMiB));
        }

        @Override
        public CompletionStage<Disk> locate(VolumeId id, Optional<Disk> image) {
            return CompletableFuture.completedFuture(disk(id, 0));
        }

        @Override
        public CompletionStage<Void> delete(VolumeId id) {
            return DONE;
        }

        @Override
        public CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume, Optional<Disk> image) {
            return DONE;
        }

        @Override
        public CompletionStage<Disk> prepare(SnapshotId id, long sizeMiB) {
            return CompletableFuture.completedFuture(disk(id, sizeMiB));
        }

        @Override
        public CompletionStage<Void> keep(SnapshotId id) {
            return DONE;
        }

        @Override
        public CompletionStage<Void> deleteSnapshot(SnapshotId id) {
            return DONE;
        }
    }

    private static final class Network implements GuestNetwork {

        @Override
        public CompletionStage<NetworkLink> link(LinkRequest request) {
            return CompletableFuture.completedFuture(new NetworkLink.None(request.metadata().nic().mac()));
        }

        @Override
        public CompletionStage<Void> unlink(HostId host, InstanceId instance) {
            return DONE;
        }
    }
}
