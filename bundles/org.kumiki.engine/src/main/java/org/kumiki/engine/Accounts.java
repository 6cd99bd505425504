package org.kumiki.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.SecurityGroup;

/** What every account has from its first request on: a network, and a security group named {@code default} in it. */
final class Accounts {

    static final String DEFAULT_GROUP = "default";

    private Accounts() {
    }

    static void open(Draft draft, AccountId account) {
        if (network(draft.all(Entity.NETWORK), account).isPresent()) {
            return;
        }
        Network network = draft.put(Entity.NETWORK,
                new Network(draft.ids().network(), account, Leases.PRIVATE_CIDR, draft.ids().subnet(), true, Map.of()));
        GroupId id = draft.ids().group();
        FirewallRule fromItself = new FirewallRule(draft.ids().rule(), FirewallRule.Direction.INGRESS, "-1", -1, -1, Optional.empty(),
                Optional.of(id), "");
        draft.put(Entity.GROUP, new SecurityGroup(id, account, network.id(), DEFAULT_GROUP, "default VPC security group",
                List.of(fromItself, everythingOut(draft)), Map.of()));
    }

    static FirewallRule everythingOut(Draft draft) {
        return new FirewallRule(draft.ids().rule(), FirewallRule.Direction.EGRESS, "-1", -1, -1, Optional.of("0.0.0.0/0"),
                Optional.empty(), "");
    }

    static Optional<Network> network(Ordered<NetworkId, Network> networks, AccountId account) {
        return networks.stream().filter(network -> network.byDefault() && network.owner().equals(account)).findFirst();
    }

    static Optional<SecurityGroup> group(Ordered<GroupId, SecurityGroup> groups, AccountId account, String name) {
        return groups.stream().filter(group -> group.owner().equals(account) && group.name().equals(name)).findFirst();
    }
}
