package org.kumiki.twin.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.SimulatedMove;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.power.HostPower;

/** Drives the hosts of one technology, and switches them; what is asked of it is done when the virtual time has come. Not thread-safe. */
final class FleetDriver implements Hypervisor, GuestMeter, LiveMigration, HostPower {

    private final Technology technology;
    private final Set<HostId> hosts;
    private final Fleet fleet;
    private final VirtualTimeline timeline;
    private final Physics physics;
    private final Account account;
    private final List<GuestListener> listeners = new ArrayList<>();

    /** @param hosts in an order, to which others may be added */
    FleetDriver(Technology technology, Set<HostId> hosts, Fleet fleet, VirtualTimeline timeline, Physics physics, Account account) {
        this.technology = technology;
        this.hosts = new LinkedHashSet<>(hosts);
        this.fleet = fleet;
        this.timeline = timeline;
        this.physics = physics;
        this.account = account;
    }

    @Override
    public Technology technology() {
        return technology;
    }

    @Override
    public CompletionStage<List<HostReport>> hosts() {
        return now(() -> fleet.reports(hosts));
    }

    @Override
    public CompletionStage<Void> start(HostId host, GuestSpec guest) {
        return later(physics.switchOn(), () -> {
            try {
                fleet.start(host, guest.id(), guest.resources());
            } catch (HypervisorException e) {
                account.refused(1);
                throw e;
            }
        });
    }

    @Override
    public CompletionStage<Void> stop(HostId host, InstanceId guest, boolean force) {
        return later(force ? Duration.ZERO : seconds(physics.guests().shutdown()), () -> fleet.stop(host, guest));
    }

    @Override
    public CompletionStage<Void> reboot(HostId host, InstanceId guest) {
        return later(Duration.ZERO, () -> fleet.guest(host, guest));
    }

    @Override
    public CompletionStage<Void> destroy(HostId host, InstanceId guest) {
        return later(Duration.ZERO, () -> fleet.destroy(host, guest));
    }

    @Override
    public CompletionStage<ConsoleOutput> console(HostId host, InstanceId guest) {
        return now(() -> new ConsoleOutput(guest, timeline.instant(), ""));
    }

    /** Guests do nothing here that nobody has asked for; hosts may come. */
    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Adds hosts of the fleet, and says so. */
    void add(Collection<HostId> more) {
        hosts.addAll(more);
        List.copyOf(listeners).forEach(GuestListener::hostsChanged);
    }

    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        return now(() -> fleet.cpuTimes(hosts));
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        Degradation degradation = new Degradation(order, control, fleet, account);
        return SimulatedMove.begin(order, degradation, new MovingGuest(order, physics, timeline, fleet), timeline).whenComplete((outcome, failure) -> {
            account.moved(outcome instanceof MigrationOutcome.Moved);
            degradation.ended(outcome);
        });
    }

    @Override
    public boolean controls(HostId host) {
        return hosts.contains(host);
    }

    @Override
    public CompletionStage<Void> on(HostId host) {
        return fleet.power(host, true);
    }

    @Override
    public CompletionStage<Void> off(HostId host) {
        return fleet.power(host, false);
    }

    @Override
    public CompletionStage<Boolean> isOn(HostId host) {
        return now(() -> fleet.machine(host).state() == Machine.State.ON);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static <T> CompletionStage<T> now(Supplier<T> answer) {
        try {
            return CompletableFuture.completedFuture(answer.get());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(asDriver(e));
        }
    }

    private CompletionStage<Void> later(Duration delay, Runnable change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        timeline.after(delay, () -> {
            try {
                change.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(asDriver(e));
            }
        });
        return done;
    }

    private static RuntimeException asDriver(RuntimeException e) {
        return e instanceof HypervisorException ? e : new HypervisorException(Reason.UNAVAILABLE, "the simulation failed: " + e, e);
    }
}
