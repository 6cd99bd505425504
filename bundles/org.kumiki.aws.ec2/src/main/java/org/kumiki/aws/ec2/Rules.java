package org.kumiki.aws.ec2;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * The rules of security groups as EC2 writes them: permissions, each of a protocol and a range of ports for several peers; or, for
 * old clients, one permission among the parameters of the request itself.
 */
final class Rules {

    private static final String ANY = "-1";

    private final Cloud cloud;
    private final Call call;
    private final Direction direction;

    /** What a permission is about, without its peers. */
    private record Traffic(String protocol, int fromPort, int toPort) {
    }

    Rules(Cloud cloud, Call call, Direction direction) {
        this.cloud = cloud;
        this.call = call;
        this.direction = direction;
    }

    /** What a request allows or forbids; never empty. */
    List<FirewallRule> read() {
        Structure input = call.input();
        List<FirewallRule> rules = new ArrayList<>();
        input.structures("IpPermissions").forEach(permission -> read(permission, rules));
        boolean old = input.has("CidrIp") || input.has("SourceSecurityGroupName");
        if (old) {
            readOld(input, rules);
        }
        if (rules.isEmpty()) {
            throw AwsException.missing("ipPermissions");
        }
        return rules;
    }

    private void read(Structure permission, List<FirewallRule> rules) {
        Traffic traffic = traffic(permission);
        if (!permission.structures("PrefixListIds").isEmpty()) {
            throw AwsException.refuse("UnsupportedOperation", "There are no prefix lists here.");
        }
        for (Structure range : permission.structures("IpRanges")) {
            rules.add(rule(traffic, Optional.of(Cidr.ipv4(range.requiredText("CidrIp"))), Optional.empty(), range.text("Description", "")));
        }
        for (Structure range : permission.structures("Ipv6Ranges")) {
            rules.add(rule(traffic, Optional.of(Cidr.ipv6(range.requiredText("CidrIpv6"))), Optional.empty(), range.text("Description",
                    "")));
        }
        for (Structure pair : permission.structures("UserIdGroupPairs")) {
            rules.add(rule(traffic, Optional.empty(), Optional.of(peer(pair)), pair.text("Description", "")));
        }
    }

    private void readOld(Structure input, List<FirewallRule> rules) {
        if (input.has("SourceSecurityGroupName")) {
            Traffic traffic = input.has("IpProtocol") ? traffic(input) : new Traffic(ANY, -1, -1);
            rules.add(rule(traffic, Optional.empty(),
                    Optional.of(SecurityGroups.named(cloud, call, input.requiredText("SourceSecurityGroupName")).id()), ""));
        } else {
            rules.add(rule(traffic(input), Optional.of(Cidr.ipv4(input.requiredText("CidrIp"))), Optional.empty(), ""));
        }
    }

    private GroupId peer(Structure pair) {
        if (pair.has("UserId") && !pair.text("UserId", "").isEmpty() && !pair.text("UserId", "").equals(cloud.account(call).value())) {
            throw AwsException.refuse("InvalidGroup.NotFound", "The security group is of another account, whose groups cannot be reached.");
        }
        return pair.has("GroupId") ? Kinds.GROUP.id(pair.requiredText("GroupId"))
                : SecurityGroups.named(cloud, call, pair.requiredText("GroupName")).id();
    }

    private FirewallRule rule(Traffic traffic, Optional<String> cidr, Optional<GroupId> group, String description) {
        return new FirewallRule("", direction, traffic.protocol(), traffic.fromPort(), traffic.toPort(), cidr, group, description);
    }

    private static Traffic traffic(Structure permission) {
        String protocol = protocol(permission.requiredText("IpProtocol"));
        if (protocol.equals(ANY)) {
            return new Traffic(ANY, -1, -1);
        }
        int from = permission.number("FromPort", -1);
        int to = permission.number("ToPort", -1);
        boolean ports = protocol.equals("tcp") || protocol.equals("udp");
        if (ports && (from < 0 || to < from || to > 65_535)) {
            throw AwsException.refuse("InvalidParameterValue",
                    "Invalid value for portRange. Must specify both from and to ports with TCP/UDP, from 0 to 65535.");
        }
        if (from < -1 || to < -1 || from > 65_535 || to > 65_535) {
            throw AwsException.refuse("InvalidParameterValue", "Invalid value for portRange.");
        }
        return new Traffic(protocol, from, to);
    }

    /** EC2 takes the numbers of the well-known protocols for their names. */
    private static String protocol(String text) {
        String protocol = text.toLowerCase(Locale.ROOT);
        return switch (protocol) {
            case "tcp", "6" -> "tcp";
            case "udp", "17" -> "udp";
            case "icmp", "1" -> "icmp";
            case "icmpv6", "58" -> "icmpv6";
            case ANY, "all" -> ANY;
            default -> {
                if (!protocol.matches("\\d{1,3}") || Integer.parseInt(protocol) > 255) {
                    throw AwsException.refuse("InvalidParameterValue", "Invalid value '" + Text.brief(text) + "' for IP protocol.");
                }
                yield protocol;
            }
        };
    }

    /**
     * All rules of a group in one direction, those for the same traffic together.
     *
     * @param names of the groups that are peers, for who wants them
     */
    static void write(SecurityGroup group, Direction direction, String member, Function<GroupId, Optional<String>> names, Structure.Builder out) {
        Map<Traffic, List<FirewallRule>> permissions = new LinkedHashMap<>();
        for (FirewallRule rule : group.rules()) {
            if (rule.direction() == direction) {
                permissions.computeIfAbsent(new Traffic(rule.protocol(), rule.fromPort(), rule.toPort()),
                        traffic -> new ArrayList<>()).add(rule);
            }
        }
        out.list(member, permissions.entrySet(), (permission, each) -> {
            Traffic traffic = permission.getKey();
            List<FirewallRule> rules = permission.getValue();
            each.put("IpProtocol", traffic.protocol());
            if (!traffic.protocol().equals(ANY)) {
                each.put("FromPort", traffic.fromPort()).put("ToPort", traffic.toPort());
            }
            each.list("IpRanges", rules.stream().filter(rule -> isIpv4(rule)).toList(),
                    (rule, range) -> range.put("CidrIp", rule.cidr().orElseThrow()).put("Description", words(rule)))
                    .list("Ipv6Ranges", rules.stream().filter(rule -> rule.cidr().isPresent() && !isIpv4(rule)).toList(),
                            (rule, range) -> range.put("CidrIpv6", rule.cidr().orElseThrow()).put("Description", words(rule)))
                    .list("UserIdGroupPairs", rules.stream().filter(rule -> rule.group().isPresent()).toList(),
                            (rule, pair) -> pair.put("GroupId", rule.group().orElseThrow().value()).put("UserId", group.owner().value())
                                    .put("GroupName", names.apply(rule.group().orElseThrow()).orElse(null)).put("Description", words(rule)))
                    .put("PrefixListIds", List.of());
        });
    }

    /** One rule by itself. */
    static void write(SecurityGroup group, FirewallRule rule, Structure.Builder out) {
        out.put("SecurityGroupRuleId", rule.id()).put("GroupId", group.id().value()).put("GroupOwnerId", group.owner().value())
                .put("IsEgress", rule.direction() == Direction.EGRESS).put("IpProtocol", rule.protocol())
                .put("FromPort", rule.fromPort()).put("ToPort", rule.toPort()).put("Description", words(rule));
        rule.cidr().ifPresent(cidr -> out.put(isIpv4(rule) ? "CidrIpv4" : "CidrIpv6", cidr));
        rule.group().ifPresent(peer -> out.structure("ReferencedGroupInfo",
                info -> info.put("GroupId", peer.value()).put("UserId", group.owner().value())));
    }

    private static boolean isIpv4(FirewallRule rule) {
        return rule.cidr().filter(cidr -> cidr.indexOf(':') < 0).isPresent();
    }

    private static String words(FirewallRule rule) {
        return rule.description().isEmpty() ? null : rule.description();
    }
}
