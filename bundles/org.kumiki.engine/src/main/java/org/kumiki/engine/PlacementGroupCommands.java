package org.kumiki.engine;

import org.kumiki.api.command.PlacementGroupCommand.Create;
import org.kumiki.api.command.PlacementGroupCommand.Delete;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroup.Strategy;
import org.kumiki.api.model.PlacementRules;

/** Placement groups: made, deleted, and named by launches. */
final class PlacementGroupCommands {

    private static final int MOST_CHARACTERS = 255;

    private PlacementGroupCommands() {
    }

    static PlacementGroup create(Draft draft, Caller caller, Create command) {
        if (command.name().isBlank() || command.name().length() > MOST_CHARACTERS) {
            throw Refused.invalid(Kind.PLACEMENT_GROUP, command.name(), "A placement group has a name of 1 to " + MOST_CHARACTERS + " characters");
        }
        if (draft.all(Entity.PLACEMENT_GROUP).stream()
                .anyMatch(group -> group.owner().equals(caller.account()) && group.name().equals(command.name()))) {
            throw Refused.duplicate(Kind.PLACEMENT_GROUP, command.name());
        }
        TagCommands.check(command.tags());
        return draft.put(Entity.PLACEMENT_GROUP, new PlacementGroup(draft.ids().placementGroup(), caller.account(), command.name(),
                command.strategy(), command.tags()));
    }

    static PlacementGroup delete(Draft draft, Caller caller, Delete command) {
        PlacementGroup group = Owned.placementGroup(draft, caller, command.group().value());
        if (draft.all(Entity.INSTANCE).stream().anyMatch(instance -> instance.state() != InstanceState.TERMINATED
                && Draft.groups(instance.spec().rules()).contains(group.id().value()))) {
            throw Refused.inUse(Kind.PLACEMENT_GROUP, group.id(), "The placement group '" + group.name() + "' is used by an instance");
        }
        draft.remove(Entity.PLACEMENT_GROUP, group.id());
        return group;
    }

    /** Fails if rules name a group that is not there, not the caller's, or of the other strategy. */
    static void check(Draft draft, Caller caller, PlacementRules rules) {
        rules.spreadGroup().ifPresent(id -> check(draft, caller, id, Strategy.SPREAD));
        rules.clusterGroup().ifPresent(id -> check(draft, caller, id, Strategy.CLUSTER));
    }

    private static void check(Draft draft, Caller caller, String id, Strategy wanted) {
        Strategy strategy = Owned.placementGroup(draft, caller, id).strategy();
        if (strategy != wanted) {
            throw Refused.invalid(Kind.PLACEMENT_GROUP, id, "The placement group '" + id + "' is of strategy " + strategy + ", not " + wanted);
        }
    }
}
