package org.kumiki.engine;

import java.util.HashMap;
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
        HostRecord record = find(draft, caller, command.host());
        HostState state = switch (record.host().state()) {
            case UP, DRAINING, MAINTENANCE -> command.newGuests() ? HostState.UP : HostState.DRAINING;
            default -> throw Refused.wrongState(Kind.HOST, command.host(), "The host '" + command.host() + "' is not up");
        };
        return draft.put(Entity.HOST, new HostRecord(record.row(), record.host().with(state), record.technology())).host();
    }

    static Host remove(Draft draft, Caller caller, Remove command) {
        HostRecord record = find(draft, caller, command.host());
        boolean used = draft.all(Entity.INSTANCE).stream().anyMatch(
                instance -> instance.state() != InstanceState.TERMINATED && instance.host().equals(Optional.of(command.host())));
        if (used) {
            throw Refused.inUse(Kind.HOST, command.host(), "The host '" + command.host() + "' still has instances");
        }
        return draft.put(Entity.HOST, new HostRecord(record.row(), record.host().with(HostState.REMOVED), record.technology())).host();
    }

    private static HostRecord find(Draft draft, Caller caller, HostId id) {
        if (!caller.operator()) {
            throw Refused.denied(Kind.HOST, id, "Only an operator may change hosts");
        }
        return draft.find(Entity.HOST, id).filter(record -> record.host().state() != HostState.REMOVED)
                .orElseThrow(() -> Refused.notFound(Kind.HOST, id));
    }

    /** A driver says which hosts it has, and what runs there. What it does not name, it does not reach. */
    static void seen(Draft draft, Report.HostsSeen report) {
        Map<HostId, HostReport> seen = new HashMap<>();
        report.hosts().forEach(host -> seen.put(host.host(), host));
        for (HostReport host : report.hosts()) {
            HostRecord known = draft.find(Entity.HOST, host.host()).orElse(null);
            HostState state = known == null || known.host().state() == HostState.LOST || known.host().state() == HostState.REMOVED
                    ? HostState.UP
                    : known.host().state();
            Host now = new Host(host.host(), report.technology().name(), state, host.capacity(), host.labels());
            HostRecord record = new HostRecord(known == null ? draft.hosts().size() : known.row(), now, report.technology());
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
                draft.put(Entity.HOST, new HostRecord(record.row(), host.with(HostState.LOST), record.technology()));
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
            if (host == null || !instance.since().isBefore(report.asOf())) {
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
