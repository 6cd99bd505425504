package org.kumiki.api.model;

import java.util.Map;
import java.util.Optional;

/** A public address that an account holds and points at one of its instances (what EC2 calls an Elastic IP). */
public record Address(AddressId id, AccountId owner, String address, Optional<InstanceId> instance, Map<String, String> tags) {

    public Address {
        tags = Map.copyOf(tags);
    }

    public Address with(Optional<InstanceId> newInstance) {
        return new Address(id, owner, address, newInstance, tags);
    }

    public Address withTags(Map<String, String> newTags) {
        return new Address(id, owner, address, instance, newTags);
    }
}
