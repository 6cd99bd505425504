package org.kumiki.twin.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.twin.simulation.Machine.State;
import org.kumiki.twin.trace.Use;

/** The hosts of a run and the guests on them, whichever driver they belong to. Changes happen at once. Not thread-safe. */
final class Fleet {

    /** What an instance uses of which nothing is known. */
    static final Use IDLE = seconds -> 0;

    private final VirtualTimeline timeline;
    private final Account account;
    private final Map<HostId, Machine> machines = new LinkedHashMap<>();
    private final Map<InstanceId, Use> uses = new HashMap<>();
    private int running;

    Fleet(Collection<SimulatedHost> hosts, VirtualTimeline timeline, Account account) {
        this.timeline = timeline;
        this.account = account;
        hosts.forEach(host -> machines.put(host.id(), new Machine(host, timeline.seconds())));
    }

    /** Adds a host on which nothing is, unless there is one of its name. */
    void add(SimulatedHost host) {
        machines.putIfAbsent(host.id(), new Machine(host, timeline.seconds()));
    }

    /** Says what an instance will use; before it starts. */
    void use(InstanceId instance, Use use) {
        uses.put(instance, use);
    }

    /** What an instance uses; nothing, if nobody has said. */
    Use use(InstanceId instance) {
        return uses.getOrDefault(instance, IDLE);
    }

    int running() {
        return running;
    }

    /** Accounts for all hosts until now. */
    void settle() {
        double now = timeline.seconds();
        machines.values().forEach(machine -> machine.settle(now, account));
    }

    /** Looks at the load of all guests. */
    void look() {
        double now = timeline.seconds();
        machines.values().forEach(machine -> {
            machine.settle(now, account);
            machine.look(now);
        });
    }

    Machine machine(HostId host) {
        Machine machine = machines.get(host);
        if (machine == null) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + host);
        } else if (machine.state() == State.FAILED) {
            throw new HypervisorException(Reason.UNAVAILABLE, "host " + host + " does not answer");
        }
        return machine;
    }

    boolean has(HostId host) {
        return machines.containsKey(host);
    }

    /** Those that are on. */
    List<HostReport> reports(Collection<HostId> hosts) {
        List<HostReport> reports = new ArrayList<>(hosts.size());
        for (HostId host : hosts) {
            Machine machine = machines.get(host);
            if (machine.state() == State.ON) {
                reports.add(machine.report());
            }
        }
        return reports;
    }

    Map<InstanceId, Duration> cpuTimes(Collection<HostId> hosts) {
        double now = timeline.seconds();
        Map<InstanceId, Duration> times = new LinkedHashMap<>();
        for (HostId host : hosts) {
            Machine machine = machines.get(host);
            machine.settle(now, account);
            for (Guest guest : machine.guests.values()) {
                if (guest.runs) {
                    times.put(guest.id, Duration.ofNanos(Math.round(guest.used * 1e9)));
                }
            }
        }
        return times;
    }

    Guest guest(HostId host, InstanceId id) {
        Guest guest = machine(host).guests.get(id);
        if (guest == null) {
            throw new HypervisorException(Reason.NOT_FOUND, host + " has no guest " + id);
        }
        return guest;
    }

    /** Whether a guest is on a host; none is on one that has failed. */
    boolean isThere(HostId host, InstanceId id) {
        Machine machine = machines.get(host);
        return machine != null && machine.guests.containsKey(id);
    }

    boolean isOn(HostId host) {
        Machine machine = machines.get(host);
        return machine != null && machine.state() == State.ON;
    }

    /** Those that are on, the ones with the most guests first. */
    List<HostId> fullest() {
        return machines.values().stream().filter(machine -> machine.state() == State.ON)
                .sorted(Comparator.comparingInt((Machine machine) -> machine.guests.size()).reversed()).map(machine -> machine.host.id()).toList();
    }

    /** How many CPUs a guest wants that moves; none if it is at neither end any more. */
    double wants(MigrationOrder order) {
        for (HostId end : List.of(order.source(), order.destination())) {
            Machine machine = machines.get(end);
            Guest guest = machine == null ? null : machine.guests.get(order.instance());
            if (guest != null) {
                return guest.wants;
            }
        }
        return 0;
    }

    void start(HostId host, InstanceId id, Resources resources) {
        Machine machine = on(host);
        Guest guest = machine.guests.get(id);
        if (guest != null && guest.runs) {
            return;
        } else if (!machine.hasRoom(resources)) {
            throw new HypervisorException(Reason.EXHAUSTED, host + " has no room for " + id);
        }
        if (guest != null) {
            remove(machine, guest); // it may have become larger meanwhile
        }
        put(machine, new Guest(id, resources, use(id)), true);
    }

    /** One that is there from the beginning; of a host that is off, only one that is off too. */
    void found(HostId host, InstanceId id, Resources resources, boolean runs) {
        Machine machine = machine(host);
        if (!runs || machine.state() == State.ON) {
            put(machine, new Guest(id, resources, use(id)), runs);
        }
    }

    private void put(Machine machine, Guest guest, boolean runs) {
        machine.settle(timeline.seconds(), account);
        machine.add(guest, timeline.seconds());
        runs(machine, guest, runs);
    }

    void stop(HostId host, InstanceId id) {
        runs(machine(host), guest(host, id), false);
    }

    private void runs(Machine machine, Guest guest, boolean runs) {
        if (guest.runs != runs) {
            running += runs ? 1 : -1;
            machine.settle(timeline.seconds(), account);
            machine.toggle(guest, timeline.seconds());
        }
    }

    void destroy(HostId host, InstanceId id) {
        Guest guest = machine(host).guests.get(id);
        if (guest != null) {
            runs(machine(host), guest, false);
            remove(machine(host), guest);
        }
    }

    private void remove(Machine machine, Guest guest) {
        machine.settle(timeline.seconds(), account);
        machine.remove(guest, timeline.seconds());
    }

    void move(HostId source, HostId destination, InstanceId id) {
        Guest guest = guest(source, id);
        Machine to = on(destination);
        if (!to.hasRoom(guest.resources)) {
            throw new HypervisorException(Reason.EXHAUSTED, destination + " has no room for " + id);
        }
        remove(machine(source), guest);
        to.settle(timeline.seconds(), account);
        to.add(guest, timeline.seconds());
    }

    private Machine on(HostId host) {
        Machine machine = machine(host);
        if (machine.state() != State.ON) {
            throw new HypervisorException(Reason.UNAVAILABLE, "host " + host + " is off");
        }
        return machine;
    }

    /** Wakes a host, or sends it to sleep; the stage completes when it is there. */
    CompletionStage<Void> power(HostId host, boolean on) {
        Machine machine = machines.get(host);
        if (hasFailed(host)) {
            return CompletableFuture.failedFuture(new HypervisorException(Reason.UNAVAILABLE, "host " + host + " does not answer"));
        }
        if (machine.state() == (on ? State.ON : State.OFF)) {
            return CompletableFuture.completedFuture(null);
        }
        List.copyOf(machine.guests.values()).forEach(guest -> runs(machine, guest, false));
        if (!on) {
            account.slept();
        }
        switchTo(machine, on ? State.WAKING : State.GOING_TO_SLEEP);
        CompletableFuture<Void> there = new CompletableFuture<>();
        double seconds = on ? machine.host.sleep().toWake() : machine.host.sleep().toSleep();
        timeline.after(Duration.ofNanos(Math.round(seconds * 1e9)), () -> {
            if (machine.state() == State.FAILED) {
                there.completeExceptionally(new HypervisorException(Reason.UNAVAILABLE, "host " + host + " has failed on the way"));
            } else {
                switchTo(machine, on ? State.ON : State.OFF);
                there.complete(null);
            }
        });
        return there;
    }

    /** Has a host fail: what runs there is lost, and from now on nothing reaches it. One that was taken away has nothing to lose. */
    void fail(HostId host) {
        Machine machine = machines.get(host);
        if (machine == null || machine.state() == State.GONE || machine.state() == State.FAILED) {
            return;
        }
        for (Guest guest : List.copyOf(machine.guests.values())) {
            account.lost(guest.runs ? 1 : 0);
            runs(machine, guest, false);
            remove(machine, guest);
        }
        switchTo(machine, State.FAILED);
    }

    boolean hasFailed(HostId host) {
        Machine machine = machines.get(host);
        return machine != null && machine.state() == State.FAILED;
    }

    /** Takes a host away on which nothing is. */
    void remove(HostId host) {
        switchTo(machines.get(host), State.GONE);
    }

    private void switchTo(Machine machine, State state) {
        machine.settle(timeline.seconds(), account);
        machine.state(state);
    }
}
