package org.kumiki.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.HostCommand.Accept;
import org.kumiki.api.command.HostCommand.Power;
import org.kumiki.api.command.HostCommand.Remove;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Technology;

/** Hosts: found and lost by drivers, opened and closed by operators. */
final class HostCommands {

    private HostCommands() {
    }

    static Host accept(Draft draft, Caller caller, Accept command) {
        HostRecord record = find(draft, caller, command.host())
                .filter(found -> found.host().state() != HostState.REMOVED || command.newGuests())
                .orElseThrow(() -> Refused.notFound(Kind.HOST, command.host()));
        HostState state = switch (record.host().state()) {
            case UP, DRAINING, MAINTENANCE, REMOVED -> command.newGuests() ? HostState.UP
                    : draft.hosts().guests(record.row()) > 0 ? HostState.DRAINING : HostState.MAINTENANCE;
            case OFF -> throw Refused.wrongState(Kind.HOST, command.host(), "The host '" + command.host() + "' is off; switch it on first");
            case LOST -> throw Refused.wrongState(Kind.HOST, command.host(),
                    "The host '" + command.host() + "' is not reached by its driver; find out why first");
        };
        return draft.put(Entity.HOST, record.with(state)).host();
    }

    /** A host that is being drained is in maintenance when the last guest has left it. Follows every change. */
    static void settle(Draft draft) {
        for (HostId host : draft.vacated()) {
            HostRecord record = draft.find(Entity.HOST, host).orElseThrow();
            if (record.host().state() == HostState.DRAINING && draft.hosts().guests(record.row()) == 0) {
                draft.put(Entity.HOST, record.with(HostState.MAINTENANCE));
            }
        }
    }

    /**
     * Switches a host.
     *
     * @param brain who wants it
     * @param view  version of the view that it was decided on
     */
    static Host power(Draft draft, Caller caller, Power command, String brain, long view) {
        HostRecord record = find(draft, caller, command.host()).orElseThrow(() -> Refused.notFound(Kind.HOST, command.host()));
        HostRecord switched = command.on() ? on(record) : off(draft, record);
        if (switched.equals(record)) {
            return record.host(); // it is coming on already
        }
        decided(draft, record, brain, view, reason(command.on(), command.reason()));
        draft.effect(new Effect.SwitchHost(command.host(), command.on()));
        return draft.put(Entity.HOST, switched).host();
    }

    static String reason(boolean on, String reason) {
        return (on ? "to be switched on: " : "to be switched off: ") + reason;
    }

    private static HostRecord on(HostRecord record) {
        HostId id = record.host().id();
        return switch (record.host().state()) {
            case OFF, LOST -> record.switching(Optional.of(true));
            case REMOVED -> throw Refused.notFound(Kind.HOST, id);
            default -> throw Refused.wrongState(Kind.HOST, id, "The host '" + id + "' is on");
        };
    }

    private static HostRecord off(Draft draft, HostRecord record) {
        HostId id = record.host().id();
        int guests = draft.hosts().guests(record.row());
        switch (record.host().state()) {
            case OFF -> throw Refused.wrongState(Kind.HOST, id, "The host '" + id + "' is off");
            case LOST -> throw Refused.wrongState(Kind.HOST, id, "The host '" + id + "' is not reached by its driver; nobody knows what runs there");
            case REMOVED -> throw Refused.notFound(Kind.HOST, id);
            default -> {
                // it is on
            }
        }
        if (guests > 0) {
            throw Refused.inUse(Kind.HOST, id, "The host '" + id + "' still runs " + guests + (guests == 1 ? " guest" : " guests") + "; drain it first");
        }
        return record.with(HostState.OFF).switching(Optional.of(false));
    }

    /** A controller has shown how a host is. One that is on again is up when its driver has found it. */
    static void switched(Draft draft, HostId host, boolean on) {
        awaiting(draft, host, on).ifPresent(record -> {
            HostState state = on && record.host().state() == HostState.OFF ? HostState.LOST : record.host().state();
            draft.put(Entity.HOST, record.with(state).switching(Optional.empty()));
        });
    }

    /** A host that could not be switched off may be anything; what its driver finds next will be believed. */
    static void notSwitched(Draft draft, HostId host, boolean on, String reason) {
        awaiting(draft, host, on).ifPresent(record -> {
            HostState state = on ? record.host().state() : HostState.LOST;
            draft.put(Entity.HOST, record.with(state).switching(Optional.empty()));
            decided(draft, record, "power", draft.base().version(), (on ? "could not be switched on: " : "could not be switched off: ") + reason);
        });
    }

    private static Optional<HostRecord> awaiting(Draft draft, HostId host, boolean on) {
        return draft.find(Entity.HOST, host).filter(record -> record.switching().equals(Optional.of(on)));
    }

    private static void decided(Draft draft, HostRecord record, String brain, long view, String reason) {
        Decisions.keep(draft, new Decision(Decisions.next(draft), draft.now(), view, brain,
                List.of(record.host().id().value()), List.of(), reason, List.of()));
    }

    /** What was asked of a controller and not shown when the platform ended is asked again. */
    static void resume(Draft draft) {
        draft.all(Entity.HOST).forEach(record -> record.switching()
                .ifPresent(on -> draft.effect(new Effect.SwitchHost(record.host().id(), on))));
    }

    static Host remove(Draft draft, Caller caller, Remove command) {
        HostRecord record = find(draft, caller, command.host()).filter(found -> found.host().state() != HostState.REMOVED)
                .orElseThrow(() -> Refused.notFound(Kind.HOST, command.host()));
        boolean used = draft.all(Entity.INSTANCE).stream().anyMatch(
                instance -> instance.state() != InstanceState.TERMINATED && instance.host().equals(Optional.of(command.host())));
        if (used) {
            throw Refused.inUse(Kind.HOST, command.host(), "The host '" + command.host() + "' still has instances");
        }
        return draft.put(Entity.HOST, record.with(HostState.REMOVED)).host();
    }

    private static Optional<HostRecord> find(Draft draft, Caller caller, HostId id) {
        if (!caller.operator()) {
            throw Refused.denied(Kind.HOST, id, "Only an operator may change hosts");
        }
        return draft.find(Entity.HOST, id);
    }

    /**
     * A driver says which hosts it has, and what runs there. What it does not name, it does not reach. A host that was removed stays so until
     * an operator accepts it again, and one that another technology has is not this driver's to speak of.
     */
    static void seen(Draft draft, Report.HostsSeen report) {
        Map<HostId, HostReport> seen = new LinkedHashMap<>();
        for (HostReport host : report.hosts()) {
            if (draft.find(Entity.HOST, host.host()).filter(known -> !known.host().technology().equals(report.technology().name())).isEmpty()) {
                seen.put(host.host(), host);
            }
        }
        for (HostReport host : seen.values()) {
            HostRecord known = draft.find(Entity.HOST, host.host()).orElse(null);
            Host now = new Host(host.host(), report.technology().name(), HostState.UP, host.capacity(), host.processors(),
                    labels(host, report.technology()));
            HostRecord record = known == null
                    ? new HostRecord(draft.all(Entity.HOST).size(), now, report.technology(), false, Optional.empty())
                    : known.seen(now, report.technology());
            if (!record.equals(known)) {
                draft.put(Entity.HOST, record);
            }
        }
        lose(draft, report.technology().name(), seen);
        clear(draft, report, compare(draft, report, seen));
    }

    private static Map<String, String> labels(HostReport host, Technology technology) {
        Map<String, String> labels = new HashMap<>(host.labels());
        labels.put(Host.TECHNOLOGY, technology.name());
        return labels;
    }

    static void lost(Draft draft, String technology) {
        lose(draft, technology, Map.of());
    }

    private static void lose(Draft draft, String technology, Map<HostId, HostReport> seen) {
        for (HostRecord record : List.copyOf(records(draft))) {
            Host host = record.host();
            boolean expected = host.state() != HostState.REMOVED && host.state() != HostState.OFF && host.state() != HostState.LOST;
            if (expected && host.technology().equals(technology) && !seen.containsKey(host.id())) {
                draft.put(Entity.HOST, record.with(HostState.LOST));
            }
        }
    }

    private static List<HostRecord> records(Draft draft) {
        return draft.all(Entity.HOST).stream().toList();
    }

    /**
     * What should run is compared with what does. A report says nothing about what happened after it was asked for.
     *
     * @return the hosts with guests that are not there as far as is known
     */
    private static List<HostReport> compare(Draft draft, Report.HostsSeen report, Map<HostId, HostReport> seen) {
        Map<HostId, Integer> known = new HashMap<>();
        for (Instance instance : draft.all(Entity.INSTANCE)) {
            HostReport host = instance.host().map(seen::get).orElse(null);
            if (host == null) {
                continue;
            }
            GuestState guest = host.guests().get(instance.id());
            if (guest != null) {
                known.merge(host.host(), 1, Integer::sum);
            }
            if (!isAsExpected(instance.state(), guest) && report.isAbout(instance) && MigrationCommands.moving(draft, instance.id()).isEmpty()) {
                correct(draft, instance, host, guest);
            }
        }
        return seen.values().stream().filter(host -> host.guests().size() > known.getOrDefault(host.host(), 0)).toList();
    }

    private static boolean isAsExpected(InstanceState state, GuestState guest) {
        return switch (state) {
            case RUNNING, STOPPING -> guest == GuestState.RUNNING;
            case STOPPED -> guest != GuestState.RUNNING;
            case TERMINATED -> guest == null;
            default -> true; // an effect is under way
        };
    }

    private static void correct(Draft draft, Instance instance, HostReport host, GuestState guest) {
        if (instance.state() == InstanceState.STOPPED) {
            draft.effect(new Effect.StopGuest(instance.id(), true));
        } else if (instance.state() == InstanceState.TERMINATED) {
            draft.effect(new Effect.DestroyGuest(instance.id(), host.host()));
        } else if (guest == null) {
            InstanceCommands.lost(draft, instance);
        } else {
            InstanceCommands.stopped(draft, instance.id(), "the guest was found switched off");
        }
    }

    /** What is found of an instance on a host where it is not: it moved away, or was started elsewhere while that host could not be reached. */
    private static void clear(Draft draft, Report.HostsSeen report, List<HostReport> hosts) {
        for (HostReport host : hosts) {
            host.guests().keySet().stream().filter(id -> draft.find(Entity.INSTANCE, id).filter(instance -> report.isAbout(instance)
                    && !instance.host().equals(Optional.of(host.host())) && MigrationCommands.moving(draft, id).isEmpty()).isPresent())
                    .sorted(Comparator.comparing(InstanceId::value)) // what the host names comes in any order
                    .forEach(id -> draft.effect(new Effect.LeaveHost(id, host.host())));
        }
    }

    /** The guests of a host that the datacenter knows nothing of. They are left alone: somebody may miss them. */
    static List<InstanceId> strangers(World world, HostReport host) {
        return host.guests().keySet().stream().filter(id -> world.instances().find(id).isEmpty()).toList();
    }
}
