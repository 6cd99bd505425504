package org.kumiki.tck.live;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.TestBed;

/**
 * A driver on the hosts that it has in this platform, with guests of a built-in image. What would disturb others is not offered: neither is the
 * driver restarted, nor is a guest killed behind its back.
 */
final class PlatformBed implements TestBed {

    private static final Resources SMALL = new Resources(1, 256, 1_024, 0);
    private static final Duration TO_STORE = Duration.ofSeconds(60);
    private static final long VOLUME_MIB = 64;

    private final Object driver;
    private final List<HostId> hosts;
    private final Sample sample;
    private final Optional<VolumeStore> volumes;
    private final Set<VolumeId> made = ConcurrentHashMap.newKeySet();
    private final Map<InstanceId, GuestDisk> roots = new ConcurrentHashMap<>();

    /**
     * What guests are made of.
     *
     * @param disk over which their root disks are laid; absent if they are empty ones
     */
    record Sample(BootSource boot, Optional<Disk> disk) {
    }

    /** @throws NotOffered if the driver has no host with room for a guest */
    PlatformBed(Object driver, Sample sample, Optional<VolumeStore> volumes) throws InterruptedException, ExecutionException, TimeoutException {
        this.driver = driver;
        this.sample = sample;
        this.volumes = volumes;
        List<HostReport> reports = driver instanceof BlockingHypervisor blocking ? blocking.hosts()
                : ((Hypervisor) driver).hosts().toCompletableFuture().get(TO_STORE.toMillis(), TimeUnit.MILLISECONDS);
        hosts = reports.stream().filter(report -> SMALL.fitsIn(report.capacity())).map(HostReport::host).toList();
        if (hosts.isEmpty()) {
            throw new NotOffered("it has no host with room for a guest");
        }
    }

    @Override
    public Object driver() {
        return driver;
    }

    @Override
    public HostId host() {
        return hosts.get(0);
    }

    @Override
    public HostId destination() {
        if (hosts.size() < 2) {
            throw new NotOffered("it has one host only");
        }
        return hosts.get(1);
    }

    @Override
    public GuestSpec guest(InstanceId id, String name) {
        Optional<GuestDisk> root = volumes.map(store -> roots.computeIfAbsent(id, guest -> root(store, guest)));
        return new GuestSpec(id, name, SMALL, sample.boot(), root, List.of(), new NetworkLink.None("02:4b:4d:00:00:01"));
    }

    /** Some drivers run no guest without. */
    private GuestDisk root(VolumeStore store, InstanceId guest) {
        VolumeId id = new VolumeId("vol-" + guest.value().substring("i-".length()));
        return new GuestDisk(id, make(store, id, sample.disk().map(Disk::sizeMiB).orElse(VOLUME_MIB), sample.disk()), BlockDevice.ROOT);
    }

    @Override
    public GuestDisk volume(VolumeId id) {
        VolumeStore store = volumes.orElseThrow(() -> new NotOffered("there is no store of volumes"));
        return new GuestDisk(id, make(store, id, VOLUME_MIB, Optional.empty()), "/dev/sdf");
    }

    private Disk make(VolumeStore store, VolumeId id, long sizeMiB, Optional<Disk> image) {
        try {
            made.add(id);
            return store.create(id, sizeMiB, Optional.empty(), image).toCompletableFuture().get(TO_STORE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new NotOffered("the store of volumes makes none: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotOffered("interrupted while a volume was made");
        }
    }

    /** Others use these hosts, too. */
    @Override
    public int guestsAtOnce() {
        return 2;
    }

    @Override
    public void close() throws InterruptedException, ExecutionException, TimeoutException {
        for (VolumeId id : made) {
            volumes.orElseThrow().delete(id).toCompletableFuture().get(TO_STORE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
