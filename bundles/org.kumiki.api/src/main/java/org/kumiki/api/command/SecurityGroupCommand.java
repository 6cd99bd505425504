package org.kumiki.api.command;

import java.util.List;
import java.util.Map;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.SecurityGroup;

/** What can be asked of security groups. */
public sealed interface SecurityGroupCommand<R> extends Command<R> {

    /** Makes a group that lets everything out and nothing in. */
    record Create(String name, String description, Map<String, String> tags) implements SecurityGroupCommand<SecurityGroup> {

        public Create {
            tags = Map.copyOf(tags);
        }
    }

    /** Deletes a group that no instance uses. */
    record Delete(GroupId group) implements SecurityGroupCommand<SecurityGroup> {
    }

    /** Adds rules; one that is there already refuses the whole. The rules' identifiers are given by the engine. */
    record Authorize(GroupId group, List<FirewallRule> rules) implements SecurityGroupCommand<List<FirewallRule>> {

        public Authorize {
            rules = List.copyOf(rules);
        }
    }

    /** Takes away the rules that allow the same; one that is not there refuses the whole. */
    record Revoke(GroupId group, List<FirewallRule> rules) implements SecurityGroupCommand<List<FirewallRule>> {

        public Revoke {
            rules = List.copyOf(rules);
        }
    }
}
