package org.kumiki.api.command;

import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.InstanceId;

/** What can be asked of public addresses. */
public sealed interface AddressCommand<R> extends Command<R> {

    /** Takes an address. */
    record Allocate(Map<String, String> tags) implements AddressCommand<Address> {

        public Allocate {
            tags = Map.copyOf(tags);
        }
    }

    /** Gives an address back. */
    record Release(AddressId address) implements AddressCommand<Address> {
    }

    /** Points an address at an instance, or at none. */
    record Associate(AddressId address, Optional<InstanceId> instance) implements AddressCommand<Address> {
    }
}
