package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.Disk;

/** Keeps books of guests on hosts that outlive the driver, as real ones do. */
final class PaperHypervisor implements BlockingHypervisor, VolumeHotPlug, DiskCopy, LinkUpdate, LiveMigration {

    static final Technology PAPER = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE),
            Set.of(Technology.Feature.DISK_COPY, Technology.Feature.LIVE_MIGRATION_PRECOPY, Technology.Feature.LIVE_MIGRATION_POSTCOPY,
                    Technology.Feature.HARDWARE_CHOICE), "");

    /** The hosts themselves. */
    static final class Estate {
        final Map<HostId, Map<InstanceId, GuestState>> hosts = new ConcurrentHashMap<>();
        /** As what each guest was last started. */
        final Map<InstanceId, GuestSpec> specs = new ConcurrentHashMap<>();
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        Estate(String... names) {
            for (String name : names) {
                hosts.put(new HostId(name), new ConcurrentHashMap<>());
            }
        }

        /** Waits until a driver is told so. */
        void await(String wanted) throws InterruptedException {
            String call;
            do {
                call = calls.poll(30, TimeUnit.SECONDS);
                assertThat(call).as("a driver should be told: " + wanted).isNotNull();
            } while (!call.equals(wanted));
        }
    }

    private final Estate estate;
    private final Resources capacity;
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    volatile String failure;
    /** Copies take until this is complete. */
    volatile CompletableFuture<Void> copies = CompletableFuture.completedFuture(null);
    /** Moves take until this is open, a round every few milliseconds. */
    volatile CountDownLatch arrival = new CountDownLatch(0);
    /** Starts take until this is open. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    PaperHypervisor(Estate estate, Resources capacity) {
        this.estate = estate;
        this.capacity = capacity;
    }

    @Override
    public Technology technology() {
        return PAPER;
    }

    @Override
    public List<HostReport> hosts() {
        return estate.hosts.entrySet().stream().map(host -> new HostReport(host.getKey(), capacity, Map.of(), host.getValue())).toList();
    }

    @Override
    public void start(HostId host, GuestSpec guest) {
        estate.calls.add((guest.link() instanceof NetworkLink.None ? "start without network " : "start ") + guest.id());
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, "interrupted", e);
        }
        if (failure != null) {
            throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, failure);
        }
        estate.specs.put(guest.id(), guest);
        estate.hosts.get(host).put(guest.id(), GuestState.RUNNING);
    }

    @Override
    public void stop(HostId host, InstanceId guest, boolean force) {
        estate.hosts.get(host).computeIfPresent(guest, (id, state) -> GuestState.STOPPED);
        estate.calls.add("stop " + guest);
    }

    @Override
    public void reboot(HostId host, InstanceId guest) {
        // on paper nothing changes
    }

    @Override
    public void destroy(HostId host, InstanceId guest) {
        estate.hosts.get(host).remove(guest);
    }

    @Override
    public ConsoleOutput console(HostId host, InstanceId guest) {
        return new ConsoleOutput(guest, Instant.EPOCH, "hello from " + guest);
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        estate.calls.add("migrate " + order.instance());
        return CompletableFuture.supplyAsync(() -> {
            if (failure != null) {
                throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, failure);
            }
            MigrationProgress now = progress(MigrationProgress.Phase.SETUP, 0);
            MigrationDirective directive = control.report(now);
            while (!arrived() && !(directive instanceof MigrationDirective.Cancel)) {
                now = progress(MigrationProgress.Phase.PRECOPY, now.round() + 1);
                directive = control.report(now);
            }
            if (directive instanceof MigrationDirective.Cancel cancel) {
                return new MigrationOutcome.Stayed(progress(MigrationProgress.Phase.FAILED, now.round()), cancel.reason());
            }
            MigrationDirective handOver = control.report(progress(MigrationProgress.Phase.SWITCHOVER, now.round()));
            if (handOver instanceof MigrationDirective.Cancel cancel) {
                return new MigrationOutcome.Stayed(progress(MigrationProgress.Phase.FAILED, now.round()), cancel.reason());
            }
            synchronized (estate) { // whoever counts guests counts this one once
                GuestState state = estate.hosts.get(order.source()).remove(order.instance());
                if (state != null) { // else it was moved by a driver before us
                    estate.hosts.get(order.destination()).put(order.instance(), state);
                }
            }
            return new MigrationOutcome.Moved(progress(MigrationProgress.Phase.COMPLETED, now.round()), Duration.ofMillis(3));
        }, PaperHypervisor::alone); // a move of a driver that was killed goes on for ever
    }

    private static void alone(Runnable task) {
        Thread thread = new Thread(task, "paper-move");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean arrived() {
        try {
            return arrival.await(5, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, "interrupted", e);
        }
    }

    private static MigrationProgress progress(MigrationProgress.Phase phase, int round) {
        return new MigrationProgress(phase, Duration.ofMillis(round), round, round, 1, 1, 1, 0);
    }

    @Override
    public CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk) {
        estate.calls.add("attach " + disk.volume() + " to " + guest);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume) {
        estate.calls.add("detach " + volume + " from " + guest);
        return CompletableFuture.completedFuture(null);
    }

    /** Takes until the gate of copies is open, and fails like a start. */
    @Override
    public CompletionStage<Void> copy(HostId host, InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot) {
        if (estate.hosts.get(host).get(guest) != GuestState.RUNNING) {
            throw new HypervisorException(HypervisorException.Reason.CONFLICT, guest + " does not run");
        }
        estate.calls.add("copy " + targets.size() + " disks of " + guest + (reboot ? ", rebooting" : ""));
        return copies.thenRun(() -> {
            if (failure != null) {
                throw new HypervisorException(HypervisorException.Reason.REFUSED, failure);
            }
        });
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        estate.calls.add("relink " + guest);
        return CompletableFuture.completedFuture(null);
    }

    void hostsChanged() {
        listeners.forEach(GuestListener::hostsChanged);
    }

    /** A guest shuts itself down. */
    void shutDown(HostId host, InstanceId guest) {
        estate.hosts.get(host).put(guest, GuestState.STOPPED);
        listeners.forEach(listener -> listener.stopped(host, guest, "the guest shut down"));
    }
}
