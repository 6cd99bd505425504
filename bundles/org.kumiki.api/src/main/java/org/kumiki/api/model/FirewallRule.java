package org.kumiki.api.model;

import java.util.Optional;

/**
 * One permission of a security group: traffic in a direction, of a protocol and port range, with a peer.
 *
 * @param id       e.g. {@code sgr-0a1b2c3d4e5f60718}
 * @param protocol {@code tcp}, {@code udp}, {@code icmp}, a protocol number, or {@code -1} for all
 * @param fromPort first port, or ICMP type; -1 for all
 * @param toPort   last port, or ICMP code; -1 for all
 * @param cidr     the addresses at the other end, IPv4 or IPv6; absent if the peer is a group
 * @param group    the group at the other end; absent if the peer is a range of addresses
 */
public record FirewallRule(String id, Direction direction, String protocol, int fromPort, int toPort, Optional<String> cidr,
        Optional<GroupId> group, String description) {

    /** As seen from the instance. */
    public enum Direction {
        INGRESS, EGRESS
    }

    public FirewallRule {
        if (cidr.isPresent() == group.isPresent()) {
            throw new IllegalArgumentException("the peer of a rule is either a range of addresses or a group");
        }
    }

    /** Whether both allow the same traffic, whatever they are called. */
    public boolean allowsSameAs(FirewallRule other) {
        return direction == other.direction && protocol.equals(other.protocol) && fromPort == other.fromPort && toPort == other.toPort
                && cidr.equals(other.cidr) && group.equals(other.group);
    }
}
