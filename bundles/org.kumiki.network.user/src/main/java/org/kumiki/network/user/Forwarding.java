package org.kumiki.network.user;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.network.NetworkLink.Forward;

/**
 * Which ports of a guest are forwarded, and from where. A pure function of its rules, except for the question which ports can be bound.
 * <p>
 * All that reaches a guest in such a network comes from its own host, so a rule counts if it allows that: if its range of addresses
 * touches 127.0.0.0/8. Of a range of ports that is wider than can be forwarded, the well-known ones are.
 */
final class Forwarding {

    static final int WIDEST_RANGE = 64;
    private static final List<Integer> WELL_KNOWN = List.of(22, 53, 80, 443, 3000, 3306, 3389, 5000, 5432, 5900, 6379, 8000, 8080, 8443, 9000);
    private static final int MOVED_BY = 20_000;

    private Forwarding() {
    }

    /**
     * @param address  the guest's own address on its host
     * @param bindable whether a port, of a protocol, can be bound on the host
     */
    static List<Forward> of(List<FirewallRule> rules, String address, BiPredicate<String, Integer> bindable) {
        List<Forward> forwards = new ArrayList<>();
        for (String protocol : List.of("tcp", "udp")) {
            SortedSet<Integer> ports = new TreeSet<>();
            rules.stream().filter(rule -> rule.direction() == FirewallRule.Direction.INGRESS && allowsItsHost(rule))
                    .filter(rule -> rule.protocol().equals(protocol) || rule.protocol().equals("-1"))
                    .forEach(rule -> ports.addAll(ports(rule)));
            ports.forEach(port -> forwards.add(new Forward(protocol, address, hostPort(protocol, port, bindable), port)));
        }
        return forwards;
    }

    /** Whether anything at all may leave. Rules about where it may go cannot be kept here: it is all or nothing. */
    static boolean outbound(List<FirewallRule> rules) {
        return rules.stream().anyMatch(rule -> rule.direction() == FirewallRule.Direction.EGRESS);
    }

    private static List<Integer> ports(FirewallRule rule) {
        boolean all = rule.protocol().equals("-1") || rule.fromPort() < 0 || rule.toPort() < 0;
        int first = all ? 0 : rule.fromPort();
        int last = all ? 65_535 : rule.toPort();
        return last - first < WIDEST_RANGE ? IntStream.rangeClosed(Math.max(1, first), last).boxed().toList()
                : WELL_KNOWN.stream().filter(port -> port >= first && port <= last).toList();
    }

    private static int hostPort(String protocol, int port, BiPredicate<String, Integer> bindable) {
        if (bindable.test(protocol, port)) {
            return port;
        }
        return port + MOVED_BY <= 65_535 ? port + MOVED_BY : port - MOVED_BY;
    }

    private static boolean allowsItsHost(FirewallRule rule) {
        return rule.cidr().filter(Forwarding::touchesLoopback).isPresent();
    }

    static boolean touchesLoopback(String cidr) {
        String[] parts = cidr.split("/", -1);
        String[] numbers = parts[0].split("\\.", -1);
        if (parts.length != 2 || numbers.length != 4) {
            return false; // the forwarded ports are bound to IPv4 addresses
        }
        try {
            int bits = Math.min(8, Integer.parseInt(parts[1]));
            int mask = bits == 0 ? 0 : 0xff << 8 - bits & 0xff;
            return (Integer.parseInt(numbers[0]) & mask) == (127 & mask);
        } catch (NumberFormatException e) {
            return false; // whoever let it in did not check it; it allows nothing here
        }
    }
}
