package org.kumiki.api.model;

import java.util.Map;

/**
 * A network that instances are in. Each account starts with one.
 *
 * @param cidr   its IPv4 range
 * @param subnet the identifier of its one subnet, e.g. {@code subnet-0a1b2c3d4e5f60718}
 */
public record Network(NetworkId id, AccountId owner, String cidr, String subnet, boolean byDefault, Map<String, String> tags) {

    public Network {
        tags = Map.copyOf(tags);
    }

    public Network withTags(Map<String, String> newTags) {
        return new Network(id, owner, cidr, subnet, byDefault, newTags);
    }
}
