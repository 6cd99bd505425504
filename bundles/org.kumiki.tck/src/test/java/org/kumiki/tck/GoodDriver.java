package org.kumiki.tck;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.Disk;

/** A driver that does all as it should. Each of its deeds is a method of its own, which a bad one does otherwise. */
class GoodDriver implements Hypervisor, LiveMigration, VolumeHotPlug, DiskCopy, LinkUpdate, GuestMeter {

    static final Set<Feature> ALL = EnumSet.complementOf(EnumSet.of(Feature.BALLOON));
    static final Set<Feature> NONE = EnumSet.noneOf(Feature.class);

    final World world;
    final Set<Feature> features;
    final List<GuestListener> listeners = new CopyOnWriteArrayList<>();

    GoodDriver(World world, Set<Feature> features) {
        this.world = world;
        this.features = features;
        world.watchers.add(this::ended);
    }

    GoodDriver(World world) {
        this(world, ALL);
    }

    void close() {
        world.watchers.clear();
    }

    // What the deeds are; they fail by throwing.

    void on(HostId host, GuestSpec spec) {
        synchronized (world) {
            known(host);
            if (world.runs(host, spec.id())) {
                return;
            }
            if (world.hosts.get(host).containsKey(spec.id())) {
                need(Feature.STOP_START);
            }
            Stream.concat(spec.root().stream(), spec.disks().stream()).forEach(this::openable);
            world.begin(host, spec.id());
        }
    }

    void off(HostId host, InstanceId guest, boolean force) {
        synchronized (world) {
            there(host, guest);
            world.kill(host, guest);
        }
    }

    void restart(HostId host, InstanceId guest) {
        synchronized (world) {
            running(host, guest);
            world.kill(host, guest);
            world.begin(host, guest);
        }
    }

    void remove(HostId host, InstanceId guest) {
        synchronized (world) {
            known(host);
            world.kill(host, guest);
            world.hosts.get(host).remove(guest);
        }
    }

    ConsoleOutput text(HostId host, InstanceId guest) {
        synchronized (world) {
            known(host);
            need(Feature.CONSOLE_OUTPUT);
            there(host, guest);
            return new ConsoleOutput(guest, Instant.now(), world.room(host, guest).console);
        }
    }

    List<HostReport> reports() {
        synchronized (world) {
            List<HostReport> reports = new ArrayList<>();
            world.hosts.forEach((host, rooms) -> {
                Map<InstanceId, GuestState> states = new HashMap<>();
                rooms.keySet().forEach(guest -> states.put(guest, world.runs(host, guest) ? GuestState.RUNNING : GuestState.STOPPED));
                reports.add(new HostReport(host, new Resources(4, 4096, 4096, 1000), Map.of(), states));
            });
            return reports;
        }
    }

    void ended(World.Machine machine) {
        listeners.forEach(listener -> listener.stopped(machine.host(), machine.guest(), "its machine ended"));
    }

    void plug(HostId host, InstanceId guest, GuestDisk disk) {
        synchronized (world) {
            known(host);
            need(Feature.VOLUME_HOT_PLUG);
            running(host, guest);
            openable(disk);
            world.room(host, guest).volumes.add(disk.volume().value());
        }
    }

    void unplug(HostId host, InstanceId guest, VolumeId volume) {
        synchronized (world) {
            known(host);
            need(Feature.VOLUME_HOT_PLUG);
            running(host, guest);
            world.room(host, guest).volumes.remove(volume.value());
        }
    }

    void copyDisks(HostId host, InstanceId guest, boolean reboot) {
        synchronized (world) {
            known(host);
            need(Feature.DISK_COPY);
            running(host, guest);
        }
    }

    void link(HostId host, InstanceId guest) {
        synchronized (world) {
            known(host);
            need(Feature.LINK_UPDATE);
            running(host, guest);
        }
    }

    Map<InstanceId, Duration> times() {
        synchronized (world) {
            Map<InstanceId, Duration> times = new HashMap<>();
            world.machines.forEach(machine -> times.put(machine.guest(), Duration.ofNanos(System.nanoTime())));
            return times;
        }
    }

    MigrationOutcome move(MigrationOrder order, MigrationControl control) {
        synchronized (world) {
            order.modes().forEach(this::need);
            known(order.source());
            known(order.destination());
            if (world.runs(order.destination(), order.instance())) {
                return moved();
            }
            running(order.source(), order.instance());
        }
        for (Phase phase : List.of(Phase.SETUP, Phase.PRECOPY)) {
            if (control.report(at(phase)) instanceof MigrationDirective.Cancel cancel) {
                return new MigrationOutcome.Stayed(at(Phase.FAILED), cancel.reason());
            }
        }
        synchronized (world) {
            running(order.source(), order.instance());
            world.kill(order.source(), order.instance());
            world.begin(order.destination(), order.instance());
        }
        return moved();
    }

    static MigrationOutcome moved() {
        return new MigrationOutcome.Moved(at(Phase.COMPLETED), Duration.ofMillis(1));
    }

    static MigrationProgress at(Phase phase) {
        return new MigrationProgress(phase, Duration.ZERO, 1, 0, 0, 0, 0, 0);
    }

    void known(HostId host) {
        if (!world.hosts.containsKey(host)) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + host);
        }
    }

    void there(HostId host, InstanceId guest) {
        known(host);
        if (!world.hosts.get(host).containsKey(guest)) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest);
        }
    }

    void running(HostId host, InstanceId guest) {
        there(host, guest);
        if (!world.runs(host, guest)) {
            throw new HypervisorException(Reason.CONFLICT, guest + " does not run");
        }
    }

    void need(Feature feature) {
        if (!features.contains(feature)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "this technology has no " + feature);
        }
    }

    void openable(GuestDisk disk) {
        if (!world.disks.contains(disk.disk().file())) {
            throw new HypervisorException(Reason.UNAVAILABLE, "there is no " + disk.disk().file());
        }
    }

    // How they are asked for.

    static <T> CompletionStage<T> done(Supplier<T> deed) {
        try {
            return CompletableFuture.completedFuture(deed.get());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static CompletionStage<Void> done(Runnable deed) {
        return done(() -> {
            deed.run();
            return null;
        });
    }

    @Override
    public Technology technology() {
        return new Technology("memory", "1", Technology.MonitorPlace.HOST_OS, Set.of(Method.PARAVIRTUAL), features, "in memory only");
    }

    @Override
    public CompletionStage<List<HostReport>> hosts() {
        return done(this::reports);
    }

    @Override
    public CompletionStage<Void> start(HostId host, GuestSpec guest) {
        return done(() -> on(host, guest));
    }

    @Override
    public CompletionStage<Void> stop(HostId host, InstanceId guest, boolean force) {
        return done(() -> off(host, guest, force));
    }

    @Override
    public CompletionStage<Void> reboot(HostId host, InstanceId guest) {
        return done(() -> restart(host, guest));
    }

    @Override
    public CompletionStage<Void> destroy(HostId host, InstanceId guest) {
        return done(() -> remove(host, guest));
    }

    @Override
    public CompletionStage<ConsoleOutput> console(HostId host, InstanceId guest) {
        return done(() -> text(host, guest));
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk) {
        return done(() -> plug(host, guest, disk));
    }

    @Override
    public CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume) {
        return done(() -> unplug(host, guest, volume));
    }

    @Override
    public CompletionStage<Void> copy(HostId host, InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot) {
        return done(() -> copyDisks(host, guest, reboot));
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        return done(() -> link(host, guest));
    }

    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        return done(this::times);
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        return done(() -> move(order, control));
    }
}
