package org.kumiki.api.model;

import java.util.Map;

/**
 * Instances that are placed with regard to each other. They name the group in their {@link PlacementRules}, by its identifier.
 *
 * @param name unique in its account
 */
public record PlacementGroup(PlacementGroupId id, AccountId owner, String name, Strategy strategy, Map<String, String> tags) {

    /** How the instances of a group lie to each other. */
    public enum Strategy {
        /** All on one host. */
        CLUSTER,
        /** No two on one host. */
        SPREAD
    }

    public PlacementGroup {
        tags = Map.copyOf(tags);
    }

    public PlacementGroup withTags(Map<String, String> newTags) {
        return new PlacementGroup(id, owner, name, strategy, newTags);
    }
}
