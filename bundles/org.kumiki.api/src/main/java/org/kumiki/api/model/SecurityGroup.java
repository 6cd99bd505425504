package org.kumiki.api.model;

import java.util.List;
import java.util.Map;

/** A named set of rules that says which traffic reaches, and leaves, its instances. */
public record SecurityGroup(GroupId id, AccountId owner, NetworkId network, String name, String description, List<FirewallRule> rules,
        Map<String, String> tags) {

    public SecurityGroup {
        rules = List.copyOf(rules);
        tags = Map.copyOf(tags);
    }

    public SecurityGroup withRules(List<FirewallRule> newRules) {
        return new SecurityGroup(id, owner, network, name, description, newRules, tags);
    }

    public SecurityGroup withTags(Map<String, String> newTags) {
        return new SecurityGroup(id, owner, network, name, description, rules, newTags);
    }
}
