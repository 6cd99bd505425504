package org.kumiki.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.hypervisor.BlockingHypervisor;

import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.scheduler.GreedyPlacement;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.api.view.DatacenterView;
import org.osgi.framework.Constants;

/**
 * The real engine, on hosts, disks and a journal that exist on paper. It is in the engine's package because only there an engine can
 * be put together without a framework.
 */
public final class PaperDatacenter implements AutoCloseable {

    public static final ImageId IMAGE = new ImageId("ami-00000000000000001");

    public final PaperBuckets buckets = new PaperBuckets();
    private final WallClock clock = new WallClock();
    private final LiveDatacenter datacenter;
    private long services;

    public PaperDatacenter(Path data, Identity identity, int hosts) {
        datacenter = new LiveDatacenter(new LiveDatacenter.Settings(new Region("us-east-1", "us-east-1a"), 80, 0, Duration.ZERO,
                new Policies.Settings(Duration.ZERO, 1, 1)), data, id -> null, new PaperJournal(), identity, clock);
        datacenter.addBlockingHypervisor(new PaperHosts(hosts), properties("hypervisor"));
        datacenter.addImageStore(new PaperImages(), properties("images"));
        datacenter.addVolumeStore(new PaperVolumes(), properties("volumes"));
        datacenter.addObjectAccess(buckets, properties("buckets"));
        datacenter.addScheduler(PaperDatacenter::firstFit, properties("firstfit"));
        await(inventory -> inventory.hosts().size() == hosts
                && inventory.images().find(IMAGE).filter(image -> image.state() == Image.State.AVAILABLE).isPresent());
    }

    public Datacenter datacenter() {
        return datacenter;
    }

    /** Waits for a state of the datacenter, of which a listener hears. */
    public void await(Predicate<Inventory> wanted) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        Consumer<Inventory> check = inventory -> {
            if (wanted.test(inventory)) {
                reached.complete(null);
            }
        };
        DatacenterListener listener = (before, after) -> check.accept(after);
        datacenter.addListener(listener);
        check.accept(datacenter.inventory());
        try {
            reached.orTimeout(30, TimeUnit.SECONDS).join();
        } finally {
            datacenter.removeListener(listener);
        }
    }

    @Override
    public void close() {
        datacenter.close();
        clock.close();
    }

    private Map<String, Object> properties(String name) {
        return new HashMap<>(Map.of(Constants.SERVICE_RANKING, 0, Constants.SERVICE_ID, ++services, Scheduler.class.getName(), name));
    }

    private static Placement firstFit(DatacenterView view, PlacementRequest request) {
        return GreedyPlacement.place(view.hosts(), request, (hosts, row, each, guests) -> row, "the first");
    }

    private static final class PaperJournal implements Journal {

        @Override
        public void replay(Consumer<Entry> reader) {
            // nothing is kept
        }

        @Override
        public void append(List<Entry> entries) {
            // paper is patient
        }
    }

    private static final class PaperHosts implements BlockingHypervisor, VolumeHotPlug, DiskCopy {

        private final Map<HostId, Map<InstanceId, GuestState>> hosts = new ConcurrentHashMap<>();

        PaperHosts(int count) {
            for (int i = 1; i <= count; i++) {
                hosts.put(new HostId("h" + i), new ConcurrentHashMap<>());
            }
        }

        @Override
        public Technology technology() {
            return new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE),
                    Set.of(Technology.Feature.VOLUME_HOT_PLUG, Technology.Feature.DISK_COPY), "");
        }

        @Override
        public List<HostReport> hosts() {
            Resources capacity = new Resources(64, 65_536, 4_000_000, 10_000);
            return hosts.entrySet().stream().map(host -> new HostReport(host.getKey(), capacity, Map.of("name", host.getKey().value()),
                    host.getValue())).toList();
        }

        @Override
        public void start(HostId host, GuestSpec guest) {
            hosts.get(host).put(guest.id(), GuestState.RUNNING);
        }

        @Override
        public void stop(HostId host, InstanceId guest, boolean force) {
            hosts.get(host).put(guest, GuestState.STOPPED);
        }

        @Override
        public void reboot(HostId host, InstanceId guest) {
            // nothing changes
        }

        @Override
        public void destroy(HostId host, InstanceId guest) {
            hosts.get(host).remove(guest);
        }

        @Override
        public ConsoleOutput console(HostId host, InstanceId guest) {
            return new ConsoleOutput(guest, Instant.EPOCH, "hello from " + guest + " <&>\u001b[0m");
        }

        @Override
        public CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> copy(HostId host, InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Runnable watch(GuestListener listener) {
            return () -> { };
        }
    }

    private static final class PaperImages implements ImageStore {

        @Override
        public List<BuiltIn> builtIns() {
            return List.of(new BuiltIn(IMAGE, "paper", "an image of nothing", "x86_64"));
        }

        @Override
        public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
            return CompletableFuture.completedFuture(new Stored(id, Image.Format.KERNEL, 0, "x86_64"));
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256,
                Consumer<String> progress) {
            return CompletableFuture.completedFuture(new Stored(id, declared, 1_024, "x86_64"));
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, ByteSource source, Image.Format declared) {
            return CompletableFuture.supplyAsync(() -> {
                read(source);
                return new Stored(id, declared, 1_024, "x86_64");
            });
        }

        @Override
        public CompletionStage<DiskExport> export(ImageId id, DiskExport.Format format) {
            return CompletableFuture.completedFuture(new PaperExport());
        }

        @Override
        public CompletionStage<BootSource> boot(ImageId id) {
            return CompletableFuture.completedFuture(new BootSource.Nothing());
        }

        @Override
        public CompletionStage<Disk> disk(ImageId id) {
            return CompletableFuture.completedFuture(new Disk(Path.of("/paper", id.value()), Disk.Format.QCOW2, 1_024));
        }

        @Override
        public CompletionStage<Void> delete(ImageId id) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** What begins with "evil" is refused, as real stores refuse what is dangerous. */
    private static void read(ByteSource source) {
        try (InputStream in = source.open()) {
            if (new String(in.readAllBytes(), StandardCharsets.US_ASCII).startsWith("evil")) {
                throw new StorageException(StorageException.Reason.REFUSED, "This disk is refused: it names a backing file.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class PaperExport implements DiskExport {

        @Override
        public long length() {
            return 4;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream("disk".getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() {
            // paper takes no room
        }
    }

    private static final class PaperVolumes implements VolumeStore {

        @Override
        public CompletionStage<Long> add(SnapshotId id, ByteSource source, Disk.Format declared) {
            return CompletableFuture.supplyAsync(() -> {
                read(source);
                return 1_024L;
            });
        }

        @Override
        public CompletionStage<DiskExport> export(SnapshotId id, DiskExport.Format format) {
            return CompletableFuture.completedFuture(new PaperExport());
        }

        @Override
        public CompletionStage<Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin, Optional<Disk> image) {
            return locate(id, image);
        }

        @Override
        public CompletionStage<Disk> locate(VolumeId id, Optional<Disk> image) {
            return CompletableFuture.completedFuture(new Disk(Path.of("/paper", id.value()), Disk.Format.RAW, 1_024));
        }

        @Override
        public CompletionStage<Void> delete(VolumeId id) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume, Optional<Disk> image) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Disk> prepare(SnapshotId id, long sizeMiB) {
            return CompletableFuture.completedFuture(new Disk(Path.of("/paper", id.value()), Disk.Format.RAW, sizeMiB));
        }

        @Override
        public CompletionStage<Void> keep(SnapshotId id) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> deleteSnapshot(SnapshotId id) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
