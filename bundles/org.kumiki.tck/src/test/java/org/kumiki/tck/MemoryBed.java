package org.kumiki.tck;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/** A world in memory, and one driver after another in it. */
final class MemoryBed implements TestBed {

    private final World world = new World();
    private final Function<World, GoodDriver> maker;
    private final Duration patience;
    private volatile GoodDriver driver;

    MemoryBed(Function<World, GoodDriver> maker, Duration patience) {
        this.maker = maker;
        this.patience = patience;
        driver = maker.apply(world);
    }

    @Override
    public Object driver() {
        return driver;
    }

    @Override
    public HostId host() {
        return World.HERE;
    }

    @Override
    public HostId destination() {
        return World.THERE;
    }

    @Override
    public GuestSpec guest(InstanceId id, String name) {
        return new GuestSpec(id, name, new Resources(1, 64, 0, 0), new BootSource.Nothing(), Optional.empty(), List.of(),
                new NetworkLink.None("02:4b:4d:1f:10:00"));
    }

    @Override
    public String signature(InstanceId guest) {
        return "I am " + guest;
    }

    @Override
    public void restart(Runnable meanwhile) {
        driver.close();
        try {
            meanwhile.run();
        } finally {
            driver = maker.apply(world);
        }
    }

    @Override
    public void end(InstanceId guest) {
        world.end(guest);
    }

    @Override
    public GuestSpec stubbornGuest(InstanceId id) {
        world.stubborn.add(id);
        return guest(id, "stubborn");
    }

    @Override
    public GuestDisk volume(VolumeId id) {
        Path file = Path.of("/volumes", id.value());
        world.disks.add(file);
        return new GuestDisk(id, new Disk(file, Disk.Format.RAW, 64), "/dev/sdf");
    }

    @Override
    public Set<String> traces(InstanceId guest) {
        return world.traces(guest);
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public void close() throws Exception {
        driver.close();
        for (AutoCloseable leak : world.leaks) {
            leak.close();
        }
    }
}
