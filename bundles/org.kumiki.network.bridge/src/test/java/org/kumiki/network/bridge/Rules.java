package org.kumiki.network.bridge;

import java.util.Optional;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;

/** Rules of security groups. */
final class Rules {

    static final String ANYWHERE = "0.0.0.0/0";

    private Rules() {
    }

    static FirewallRule in(String protocol, int from, int to, String cidr) {
        return new FirewallRule("sgr-1", Direction.INGRESS, protocol, from, to, Optional.of(cidr), Optional.empty(), "");
    }

    static FirewallRule out(String protocol, int from, int to, String cidr) {
        return new FirewallRule("sgr-2", Direction.EGRESS, protocol, from, to, Optional.of(cidr), Optional.empty(), "");
    }

    static FirewallRule in(String protocol, int from, int to, GroupId group) {
        return new FirewallRule("sgr-3", Direction.INGRESS, protocol, from, to, Optional.empty(), Optional.of(group), "");
    }
}
