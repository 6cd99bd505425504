package org.kumiki.aws.ec2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

import org.kumiki.api.command.SecurityGroupCommand;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Security groups and their rules. */
final class SecurityGroups {

    private static final int MOST_CHARACTERS = 255;

    static final Filters<SecurityGroup> FILTERS = new Filters<SecurityGroup>()
            .on("group-id", group -> group.id().value())
            .on("group-name", SecurityGroup::name)
            .on("description", SecurityGroup::description)
            .on("owner-id", group -> group.owner().value())
            .on("vpc-id", group -> group.network().value())
            .onAll("ip-permission.cidr", group -> of(group, Direction.INGRESS, rule -> rule.cidr().filter(cidr -> cidr.indexOf(':') < 0)))
            .onAll("ip-permission.ipv6-cidr", group -> of(group, Direction.INGRESS,
                    rule -> rule.cidr().filter(cidr -> cidr.indexOf(':') >= 0)))
            .onAll("ip-permission.protocol", group -> of(group, Direction.INGRESS, rule -> Optional.of(rule.protocol())))
            .onAll("ip-permission.from-port", group -> of(group, Direction.INGRESS, rule -> Optional.of(Integer.toString(rule.fromPort()))))
            .onAll("ip-permission.to-port", group -> of(group, Direction.INGRESS, rule -> Optional.of(Integer.toString(rule.toPort()))))
            .onAll("ip-permission.group-id", group -> of(group, Direction.INGRESS, rule -> rule.group().map(GroupId::value)))
            .onAll("egress.ip-permission.cidr", group -> of(group, Direction.EGRESS,
                    rule -> rule.cidr().filter(cidr -> cidr.indexOf(':') < 0)))
            .onAll("egress.ip-permission.protocol", group -> of(group, Direction.EGRESS, rule -> Optional.of(rule.protocol())))
            .onAll("egress.ip-permission.from-port", group -> of(group, Direction.EGRESS,
                    rule -> Optional.of(Integer.toString(rule.fromPort()))))
            .onAll("egress.ip-permission.to-port", group -> of(group, Direction.EGRESS,
                    rule -> Optional.of(Integer.toString(rule.toPort()))))
            .onTags(SecurityGroup::tags);

    static final Filters<Owned> RULE_FILTERS = new Filters<Owned>()
            .on("group-id", owned -> owned.group().id().value())
            .on("security-group-rule-id", owned -> owned.rule().id());

    /** A rule and the group it is of. */
    record Owned(SecurityGroup group, FirewallRule rule) {
    }

    private final Cloud cloud;

    SecurityGroups(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeSecurityGroups", this::describe)
                .query("DescribeSecurityGroupRules", this::describeRules)
                .command("CreateSecurityGroup", this::create)
                .command("DeleteSecurityGroup", this::delete)
                .command("AuthorizeSecurityGroupIngress", call -> authorize(call, Direction.INGRESS))
                .command("AuthorizeSecurityGroupEgress", call -> authorize(call, Direction.EGRESS))
                .command("RevokeSecurityGroupIngress", call -> revoke(call, Direction.INGRESS))
                .command("RevokeSecurityGroupEgress", call -> revoke(call, Direction.EGRESS));
    }

    private static List<String> of(SecurityGroup group, Direction direction, Function<FirewallRule, Optional<String>> attribute) {
        return group.rules().stream().filter(rule -> rule.direction() == direction)
                .flatMap(rule -> attribute.apply(rule).stream()).toList();
    }

    /** The caller's group of that name. */
    static SecurityGroup named(Cloud cloud, Call call, String name) {
        return cloud.mine(call, cloud.inventory().securityGroups(),
                SecurityGroup::owner).stream().filter(group -> group.name().equals(name))
                .findFirst().orElseThrow(() -> AwsException.refuse("InvalidGroup.NotFound",
                        "The security group '" + Text.brief(name) + "' does not exist in default VPC"));
    }

    private Structure.Builder describe(Call call) {
        Structure input = call.input();
        List<String> names = input.texts("GroupNames");
        names.forEach(name -> named(cloud, call, name));
        Stream<SecurityGroup> groups = cloud.mine(call, cloud.inventory().securityGroups(), SecurityGroup::owner, Kinds.GROUP,
                input.texts("GroupIds")).stream().filter(group -> names.isEmpty() || names.contains(group.name())).filter(FILTERS.of(call));
        Page<SecurityGroup> page = Page.of(call, groups.toList(), group -> group.id().value(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("SecurityGroups", page.items(), (group, out) -> {
            out.put("GroupId", group.id().value()).put("GroupName", group.name()).put("Description", group.description())
                    .put("OwnerId", group.owner().value()).put("VpcId", group.network().value());
            Rules.write(group, Direction.INGRESS, "IpPermissions", names(call), out);
            Rules.write(group, Direction.EGRESS, "IpPermissionsEgress", names(call), out);
            Tags.put(out, group.tags());
        });
    }

    /** Before every account had a VPC, groups were known by their names; clients of today take a name to mean a group outside of one. */
    private Function<GroupId, Optional<String>> names(Call call) {
        return call.version().compareTo(InstanceWriter.FIRST_WITH_INTERFACES) >= 0 ? id -> Optional.empty()
                : id -> cloud.inventory().securityGroups().find(id).map(SecurityGroup::name);
    }

    private Structure.Builder describeRules(Call call) {
        List<String> wanted = call.input().texts("SecurityGroupRuleIds");
        List<Owned> mine = cloud.mine(call, cloud.inventory().securityGroups(), SecurityGroup::owner).stream()
                .flatMap(group -> group.rules().stream().map(rule -> new Owned(group, rule))).toList();
        for (String id : wanted) {
            if (mine.stream().noneMatch(owned -> owned.rule().id().equals(id))) {
                throw AwsException.refuse("InvalidSecurityGroupRuleId.NotFound",
                        "The security group rule ID '" + Text.brief(id) + "' does not exist");
            }
        }
        List<Owned> rules = mine.stream().filter(owned -> wanted.isEmpty() || wanted.contains(owned.rule().id()))
                .filter(RULE_FILTERS.of(call)).toList();
        Page<Owned> page = Page.of(call, rules, owned -> owned.rule().id(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("SecurityGroupRules", page.items(),
                (owned, out) -> Rules.write(owned.group(), owned.rule(), out));
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Structure input = call.input();
        String name = input.requiredText("GroupName");
        String description = input.requiredText("Description");
        if (name.startsWith("sg-") || name.length() > MOST_CHARACTERS || description.length() > MOST_CHARACTERS) {
            throw AwsException.refuse("InvalidParameterValue",
                    "A group's name and description have at most " + MOST_CHARACTERS
                            + " characters, and its name does not begin with sg-.");
        }
        input.text("VpcId").filter(id -> !id.isEmpty()).ifPresent(id -> cloud.mine(call, cloud.inventory().networks(), Network::owner,
                Kinds.NETWORK, List.of(id)));
        return cloud.submit(call, new SecurityGroupCommand.Create(name, description, Tags.of(input, Kinds.GROUP)), group -> {
            Structure.Builder out = call.output().put("GroupId", group.id().value());
            Tags.put(out, group.tags());
            return out;
        });
    }

    private CompletionStage<Structure.Builder> delete(Call call) {
        return cloud.submit(call, new SecurityGroupCommand.Delete(target(call)), group -> call.output());
    }

    private CompletionStage<Structure.Builder> authorize(Call call, Direction direction) {
        GroupId id = target(call);
        List<FirewallRule> rules = new Rules(cloud, call, direction).read();
        return cloud.submit(call, new SecurityGroupCommand.Authorize(id, rules), added -> {
            SecurityGroup group = cloud.inventory().securityGroups().find(id).orElseThrow();
            return call.output().put("Return", true).list("SecurityGroupRules", added, (rule, out) -> Rules.write(group, rule, out));
        });
    }

    private CompletionStage<Structure.Builder> revoke(Call call, Direction direction) {
        GroupId id = target(call);
        List<String> ruleIds = call.input().texts("SecurityGroupRuleIds");
        List<FirewallRule> rules = ruleIds.isEmpty() ? new Rules(cloud, call, direction).read() : byId(call, id, direction, ruleIds);
        return cloud.submit(call, new SecurityGroupCommand.Revoke(id, rules), removed -> call.output().put("Return", true));
    }

    private List<FirewallRule> byId(Call call, GroupId id, Direction direction, List<String> ruleIds) {
        SecurityGroup group = cloud.mine(call, cloud.inventory().securityGroups(), SecurityGroup::owner, Kinds.GROUP,
                List.of(id.value())).get(0);
        List<FirewallRule> rules = new ArrayList<>();
        for (String ruleId : ruleIds) {
            rules.add(group.rules().stream().filter(rule -> rule.id().equals(ruleId) && rule.direction() == direction).findFirst()
                    .orElseThrow(() -> AwsException.refuse("InvalidSecurityGroupRuleId.NotFound",
                            "The security group rule ID '" + Text.brief(ruleId) + "' does not exist")));
        }
        return rules;
    }

    /** The group that a request is about, by its identifier or by its name. */
    private GroupId target(Call call) {
        Structure input = call.input();
        if (input.has("GroupId")) {
            return Kinds.GROUP.id(input.requiredText("GroupId"));
        }
        if (input.shape().has("GroupName") && input.has("GroupName")) {
            return named(cloud, call, input.requiredText("GroupName")).id();
        }
        throw AwsException.missing("GroupId");
    }
}
