package org.kumiki.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.HostCommand.Accept;
import org.kumiki.api.command.HostCommand.Remove;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;

/** Hosts: found and lost by drivers, opened and closed by operators. */
final class HostCommands {

    private HostCommands() {
    }

    static Host accept(Draft draft, Caller caller, Accept command) {
        HostRecord record = find(draft, caller, command.host())
                .filter(found -> found.host().state() != HostState.REMOVED || command.newGuests())
                .orElseThrow(() -> Refused.notFound(Kind.HOST, command.host()));
        HostState state = switch (record.host().state()) {
            case UP, DRAINING, MAINTENANCE, REMOVED -> command.newGuests() ? HostState.UP : HostState.DRAINING;
            default -> throw Refused.wrongState(Kind.HOST, command.host(), "The host '" + command.host() + "' is not up");
        };
        return draft.put(Entity.HOST, record.with(state)).host();
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
            HostState state = known == null ? HostState.UP
                    : known.host().state() != HostState.LOST ? known.host().state() : known.draining() ? HostState.DRAINING : HostState.UP;
            Host now = new Host(host.host(), report.technology().name(), state, host.capacity(), host.labels());
            HostRecord record = new HostRecord(known == null ? draft.all(Entity.HOST).size() : known.row(), now, report.technology(), false);
            if (!record.equals(known)) {
                draft.put(Entity.HOST, record);
            }
        }
        lose(draft, report.technology().name(), seen);
        compare(draft, report, seen);
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

    /** What should run is compared with what does. A report says nothing about what happened after it was asked for. */
    private static void compare(Draft draft, Report.HostsSeen report, Map<HostId, HostReport> seen) {
        for (Instance instance : draft.all(Entity.INSTANCE)) {
            HostReport host = instance.host().map(seen::get).orElse(null);
            if (host == null || !report.isAbout(instance) || MigrationCommands.moving(draft, instance.id()).isPresent()) {
                continue;
            }
            GuestState guest = host.guests().get(instance.id());
            switch (instance.state()) {
                case RUNNING, STOPPING -> {
                    if (guest == null) {
                        InstanceCommands.lost(draft, instance);
                    } else if (guest == GuestState.STOPPED) {
                        InstanceCommands.stopped(draft, instance.id(), "the guest was found switched off");
                    }
                }
                case STOPPED -> {
                    if (guest == GuestState.RUNNING) {
                        draft.effect(new Effect.StopGuest(instance.id(), true));
                    }
                }
                case TERMINATED -> {
                    if (guest != null) {
                        draft.effect(new Effect.DestroyGuest(instance.id(), host.host()));
                    }
                }
                default -> {
                    // an effect is under way
                }
            }
        }
    }

    /** The guests of a host that the datacenter knows nothing of. They are left alone: somebody may miss them. */
    static List<InstanceId> strangers(World world, HostReport host) {
        return host.guests().keySet().stream().filter(id -> world.instances().find(id).isEmpty()).toList();
    }
}
