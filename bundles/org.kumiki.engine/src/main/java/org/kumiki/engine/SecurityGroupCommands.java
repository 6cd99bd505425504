package org.kumiki.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.kumiki.api.command.SecurityGroupCommand.Authorize;
import org.kumiki.api.command.SecurityGroupCommand.Create;
import org.kumiki.api.command.SecurityGroupCommand.Delete;
import org.kumiki.api.command.SecurityGroupCommand.Revoke;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.SecurityGroup;

/** Security groups: made, changed and deleted. */
final class SecurityGroupCommands {

    private static final int MOST_RULES = 120;

    private SecurityGroupCommands() {
    }

    static SecurityGroup create(Draft draft, Caller caller, Create command) {
        Accounts.open(draft, caller.account());
        if (Accounts.group(draft.all(Entity.GROUP), caller.account(), command.name()).isPresent()) {
            throw Refused.duplicate(Kind.SECURITY_GROUP, command.name());
        }
        TagCommands.check(command.tags());
        return draft.put(Entity.GROUP,
                new SecurityGroup(draft.ids().group(), caller.account(),
                        Accounts.network(draft.all(Entity.NETWORK), caller.account()).orElseThrow().id(), command.name(),
                        command.description(), List.of(Accounts.everythingOut(draft)), command.tags()));
    }

    static SecurityGroup delete(Draft draft, Caller caller, Delete command) {
        SecurityGroup group = Owned.group(draft, caller, command.group());
        if (group.name().equals(Accounts.DEFAULT_GROUP)) {
            throw Refused.denied(Kind.SECURITY_GROUP, group.id(), "The default group cannot be deleted");
        }
        boolean used = draft.all(Entity.INSTANCE).stream()
                .anyMatch(instance -> instance.state() != InstanceState.TERMINATED && instance.spec().groups().contains(group.id()));
        boolean named = draft.all(Entity.GROUP).stream().filter(other -> !other.id().equals(group.id()))
                .flatMap(other -> other.rules().stream()).anyMatch(rule -> rule.group().filter(group.id()::equals).isPresent());
        if (used || named) {
            throw Refused.inUse(Kind.SECURITY_GROUP, group.id(), "The security group '" + group.id() + "' is used by "
                    + (used ? "an instance" : "a rule of another group"));
        }
        draft.remove(Entity.GROUP, group.id());
        return group;
    }

    static List<FirewallRule> authorize(Draft draft, Caller caller, Authorize command) {
        SecurityGroup group = Owned.group(draft, caller, command.group());
        List<FirewallRule> rules = new ArrayList<>(group.rules());
        List<FirewallRule> added = new ArrayList<>();
        for (FirewallRule wanted : command.rules()) {
            wanted.group().ifPresent(peer -> Owned.group(draft, caller, peer));
            if (rules.stream().anyMatch(wanted::allowsSameAs)) {
                throw Refused.duplicate(Kind.FIREWALL_RULE, describe(wanted));
            }
            FirewallRule rule = new FirewallRule(draft.ids().rule(), wanted.direction(), wanted.protocol(), wanted.fromPort(),
                    wanted.toPort(), wanted.cidr(), wanted.group(), wanted.description());
            rules.add(rule);
            added.add(rule);
        }
        if (rules.size() > MOST_RULES) {
            throw Refused.limit(Kind.FIREWALL_RULE, "A security group can have at most " + MOST_RULES + " rules");
        }
        change(draft, group.withRules(rules));
        return added;
    }

    static List<FirewallRule> revoke(Draft draft, Caller caller, Revoke command) {
        SecurityGroup group = Owned.group(draft, caller, command.group());
        List<FirewallRule> rules = new ArrayList<>(group.rules());
        List<FirewallRule> removed = new ArrayList<>();
        for (FirewallRule unwanted : command.rules()) {
            FirewallRule rule = rules.stream().filter(unwanted::allowsSameAs).findFirst()
                    .orElseThrow(() -> Refused.notFound(Kind.FIREWALL_RULE, describe(unwanted)));
            rules.remove(rule);
            removed.add(rule);
        }
        change(draft, group.withRules(rules));
        return removed;
    }

    private static void change(Draft draft, SecurityGroup group) {
        draft.put(Entity.GROUP, group);
        draft.all(Entity.INSTANCE).stream().filter(instance -> instance.spec().groups().contains(group.id()))
                .forEach(instance -> InstanceCommands.relink(draft, instance));
    }

    private static String describe(FirewallRule rule) {
        return rule.direction().name().toLowerCase(Locale.ROOT) + " " + rule.protocol() + " " + rule.fromPort() + "-" + rule.toPort() + " "
                + rule.cidr().orElseGet(() -> rule.group().orElseThrow().value());
    }
}
