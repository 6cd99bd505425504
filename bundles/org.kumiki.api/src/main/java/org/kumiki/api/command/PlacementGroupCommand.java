package org.kumiki.api.command;

import java.util.Map;

import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;

/** What can be asked of placement groups. */
public sealed interface PlacementGroupCommand<R> extends Command<R> {

    /** Makes a group without instances; those that shall be in it say so when they are launched. */
    record Create(String name, PlacementGroup.Strategy strategy, Map<String, String> tags) implements PlacementGroupCommand<PlacementGroup> {

        public Create {
            tags = Map.copyOf(tags);
        }
    }

    /** Deletes a group that only terminated instances are in. */
    record Delete(PlacementGroupId group) implements PlacementGroupCommand<PlacementGroup> {
    }
}
