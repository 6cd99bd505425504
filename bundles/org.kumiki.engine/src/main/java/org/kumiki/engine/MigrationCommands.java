package org.kumiki.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.command.MigrationCommand.Cancel;
import org.kumiki.api.command.MigrationCommand.Start;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.view.HostTable;

/** Running instances that move to other hosts: begun, given up, and what has become of them. */
final class MigrationCommands {

    private MigrationCommands() {
    }

    /** What to ask a scheduler for, if no destination was named. Fails if the instance cannot move now. */
    static PlacementRequest request(Draft draft, Caller caller, InstanceId id) {
        Instance instance = movable(draft, caller, id);
        return new PlacementRequest(1, instance.resources(), instance.spec().rules());
    }

    /** The hosts as they are for an instance that moves: without it, and its own host takes it no more. */
    static HostTable without(Draft draft, InstanceId id) {
        Instance instance = draft.find(Entity.INSTANCE, id).orElseThrow();
        HostId source = instance.host().orElseThrow();
        int row = draft.hosts().row(source);
        return draft.without(List.of(instance)).edit().state(row, HostState.DRAINING).build();
    }

    /** Begins a move to where the operator, or a scheduler, wants the instance. */
    static Migration start(Draft draft, Caller caller, Start command, Launches.Placed placed) {
        Instance instance = movable(draft, caller, command.instance());
        Placement placement = placed.placement();
        if (placement.hosts().isEmpty()) {
            throw Refused.noCapacity(Kind.INSTANCE, instance.id(), "No other host may take the instance '" + instance.id() + "'");
        }
        HostId destination = placement.hosts().get(0);
        String objection = objection(without(draft, instance.id()), instance, destination);
        if (objection != null) {
            if (command.destination().isEmpty()) {
                throw new Launches.Outdated("host " + destination + " " + objection);
            }
            throw Refused.wrongState(Kind.HOST, destination,
                    "The instance '" + instance.id() + "' cannot move to host " + destination + ", which " + objection);
        }
        return begin(draft, instance, destination, command.strategy(), command.reason(), placed);
    }

    /**
     * Begins what a policy wants: the moves of all instances, which are to be together, or of none.
     *
     * @return the numbers of the decisions, in the order of the instances
     */
    static List<Long> start(Draft draft, Caller caller, List<InstanceId> ids, HostId destination, String reason, Launches.Placed placed) {
        List<Instance> party = ids.stream().map(id -> movable(draft, caller, id)).toList();
        HostTable hosts = draft.without(party);
        List<Long> numbers = new ArrayList<>();
        for (Instance instance : party) {
            String objection = objection(hosts, instance, destination);
            if (objection != null) {
                throw Refused.wrongState(Kind.HOST, destination, "host " + destination + " " + objection);
            }
            HostTable.Editor editor = hosts.edit().take(hosts.row(destination), instance.resources());
            int row = hosts.row(destination);
            Draft.groups(instance.spec().rules()).forEach(group -> editor.group(group, row, true));
            hosts = editor.build();
            numbers.add(begin(draft, instance, destination, Optional.empty(), reason, placed).decision());
        }
        return numbers;
    }

    /** What would be recorded of a move if a brain had given another answer. */
    static Decision decision(Decision recorded, String reason, Placement placement) {
        Decision again = Launches.decision(recorded, placement);
        return new Decision(again.number(), again.at(), again.view(), again.brain(), again.subject(), again.chosen(), reason + ": " + again.reason(),
                again.refusals());
    }

    private static Migration begin(Draft draft, Instance instance, HostId destination, Optional<String> strategy, String reason,
            Launches.Placed placed) {
        Placement placement = placed.placement();
        long number = Decisions.next(draft);
        Migration migration = draft.put(Entity.MIGRATION, new Migration(instance.id(), instance.host().orElseThrow(), destination,
                instance.resources(), strategy, Migration.State.MOVING, reason, draft.now(), draft.now(), number));
        Decisions.keep(draft, new Decision(number, draft.now(), placed.view(), placed.brain(), List.of(instance.id().value()),
                List.of(destination), reason + ": " + placement.reason(), placement.refusals()));
        draft.effect(new Effect.MigrateGuest(instance.id()));
        return migration;
    }

    private static String objection(HostTable hosts, Instance instance, HostId destination) {
        HostId source = instance.host().orElseThrow();
        int row = hosts.row(destination);
        if (row < 0) {
            return "does not exist";
        } else if (destination.equals(source)) {
            return "is where it is already";
        } else if (!hosts.technology(row).name().equals(hosts.technology(hosts.row(source)).name())) {
            return "runs another technology";
        }
        return Eligibility.refusal(hosts, row, instance.resources(), instance.spec().rules());
    }

    private static Instance movable(Draft draft, Caller caller, InstanceId id) {
        if (!caller.operator()) {
            throw Refused.denied(Kind.INSTANCE, id, "Only an operator may move instances");
        }
        Instance instance = Owned.liveInstance(draft, caller, id);
        if (instance.state() != InstanceState.RUNNING) {
            throw Refused.wrongState(Kind.INSTANCE, id,
                    "The instance '" + id + "' is " + instance.state().label() + "; only one that runs can move");
        }
        if (moving(draft, id).isPresent()) {
            throw Refused.wrongState(Kind.INSTANCE, id, "The instance '" + id + "' is moving already");
        }
        return instance;
    }

    static Optional<Migration> moving(Draft draft, InstanceId id) {
        return draft.find(Entity.MIGRATION, id).filter(Migration::isMoving);
    }

    /** What directs the move sees that it is not wanted any more, and gives it up if it still can. */
    static Migration cancel(Draft draft, Caller caller, Cancel command) {
        if (!caller.operator()) {
            throw Refused.denied(Kind.INSTANCE, command.instance(), "Only an operator may move instances");
        }
        Migration migration = moving(draft, command.instance()).orElseThrow(() -> Refused.wrongState(Kind.INSTANCE, command.instance(),
                "The instance '" + command.instance() + "' is not moving"));
        return draft.put(Entity.MIGRATION, migration.with(Migration.State.MOVING, Migrations.CANCELLED, migration.since()));
    }

    static void moved(Draft draft, InstanceId id, String summary) {
        moving(draft, id).ifPresent(migration -> {
            draft.find(Entity.INSTANCE, id).ifPresent(
                    instance -> draft.put(Entity.INSTANCE, instance.onHost(migration.destination(), migration.decision())));
            draft.put(Entity.MIGRATION, migration.with(Migration.State.COMPLETED, summary, draft.now()));
            draft.effect(new Effect.LeaveHost(id, migration.source()));
            draft.find(Entity.INSTANCE, id).ifPresent(instance -> settle(draft, instance, migration.destination()));
        });
    }

    /** Whoever ended it while it moved did not know where it would be. */
    private static void settle(Draft draft, Instance instance, HostId host) {
        if (instance.state() == InstanceState.SHUTTING_DOWN || instance.state() == InstanceState.TERMINATED) {
            draft.effect(new Effect.DestroyGuest(instance.id(), host));
        }
        InstanceCommands.relink(draft, instance);
    }

    static void stayed(Draft draft, InstanceId id, String reason) {
        moving(draft, id).ifPresent(migration -> {
            draft.put(Entity.MIGRATION, migration.with(Migration.State.FAILED, reason, draft.now()));
            draft.effect(new Effect.LeaveHost(id, migration.destination()));
            draft.find(Entity.INSTANCE, id).ifPresent(instance -> InstanceCommands.relink(draft, instance));
        });
    }
}
