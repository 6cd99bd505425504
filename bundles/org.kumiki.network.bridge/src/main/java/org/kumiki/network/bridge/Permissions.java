package org.kumiki.network.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;

/** The rules of security groups in the language of nft. Pure; what goes in is checked, and what comes out is made of numbers and known words. */
final class Permissions {

    private Permissions() {
    }

    /**
     * What of new traffic the rules let through: one match for each that can be met, in their order. A guest has IPv4 alone, so a rule about
     * IPv6 is met by nothing.
     *
     * @throws IllegalArgumentException if a rule means nothing
     */
    static List<String> matches(List<FirewallRule> rules, Direction direction) {
        List<String> matches = new ArrayList<>();
        for (FirewallRule rule : rules) {
            if (rule.direction() == direction && !isOfIpv6(rule)) {
                String match = (peer(rule) + " " + traffic(rule)).strip();
                if (!matches.contains(match)) {
                    matches.add(match);
                }
            }
        }
        return matches;
    }

    /** The groups that rules name. */
    static SortedSet<GroupId> groups(List<FirewallRule> rules) {
        SortedSet<GroupId> groups = new TreeSet<>();
        rules.stream().filter(rule -> !isOfIpv6(rule)).forEach(rule -> rule.group().ifPresent(groups::add));
        return groups;
    }

    /** The name of the set of addresses that are in a group. */
    static String set(GroupId group) {
        return "group-" + group;
    }

    private static boolean isOfIpv6(FirewallRule rule) {
        return rule.cidr().filter(range -> range.contains(":")).isPresent() || rule.protocol().equals("icmpv6") || rule.protocol().equals("58");
    }

    private static String peer(FirewallRule rule) {
        String field = rule.direction() == Direction.INGRESS ? "ip saddr " : "ip daddr ";
        Optional<Cidr> range = rule.cidr().map(Cidr::parse);
        if (range.isPresent()) {
            return range.get().bits() == 0 ? "" : field + range.get();
        }
        return field + "@" + set(rule.group().orElseThrow());
    }

    private static String traffic(FirewallRule rule) {
        return switch (rule.protocol()) {
            case "-1" -> "";
            case "tcp", "6" -> ports("tcp", rule);
            case "udp", "17" -> ports("udp", rule);
            case "icmp", "1" -> icmp(rule);
            default -> "ip protocol " + within(rule.protocol(), 255, rule);
        };
    }

    private static String ports(String protocol, FirewallRule rule) {
        if (rule.fromPort() == -1 && rule.toPort() == -1 || rule.fromPort() == 0 && rule.toPort() == 65_535) {
            return "ip protocol " + protocol;
        }
        if (rule.fromPort() < 0 || rule.toPort() > 65_535 || rule.fromPort() > rule.toPort()) {
            throw meaningless(rule);
        }
        return protocol + " dport " + (rule.fromPort() == rule.toPort() ? rule.fromPort() : rule.fromPort() + "-" + rule.toPort());
    }

    /** Of ICMP, the ports of a rule are a type and a code. */
    private static String icmp(FirewallRule rule) {
        if (rule.fromPort() == -1) {
            return "ip protocol icmp";
        }
        String type = "icmp type " + within(String.valueOf(rule.fromPort()), 255, rule);
        return rule.toPort() == -1 ? type : type + " icmp code " + within(String.valueOf(rule.toPort()), 255, rule);
    }

    private static int within(String text, int most, FirewallRule rule) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > most) {
            throw meaningless(rule);
        }
        return Integer.parseInt(text);
    }

    private static IllegalArgumentException meaningless(FirewallRule rule) {
        return new IllegalArgumentException("the rule " + rule.id() + " for the protocol '" + rule.protocol() + "' and the ports "
                + rule.fromPort() + " to " + rule.toPort() + " means nothing");
    }
}
