package org.kumiki.engine;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.kumiki.api.command.AddressCommand.Allocate;
import org.kumiki.api.command.AddressCommand.Associate;
import org.kumiki.api.command.AddressCommand.Release;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;

/** Public addresses that an account holds: taken, pointed at an instance, and given back. */
final class AddressCommands {

    private static final int MOST = 250;

    private AddressCommands() {
    }

    static Address allocate(Draft draft, Caller caller, Allocate command) {
        TagCommands.check(command.tags());
        Set<String> taken = draft.all(Entity.ADDRESS).stream().map(Address::address).collect(Collectors.toSet());
        String free = IntStream.rangeClosed(1, MOST).mapToObj(draft.ids()::elasticAddress).filter(address -> !taken.contains(address)).findFirst()
                .orElseThrow(() -> Refused.limit(Kind.ADDRESS, "All " + MOST + " public addresses are taken"));
        return draft.put(Entity.ADDRESS, new Address(draft.ids().address(), caller.account(), free, Optional.empty(), Map.copyOf(command.tags())));
    }

    static Address release(Draft draft, Caller caller, Release command) {
        Address address = Owned.address(draft, caller, command.address());
        if (address.instance().isPresent()) {
            throw Refused.inUse(Kind.ADDRESS, address.id(), "The address " + address.address() + " is associated with " + address.instance().get());
        }
        draft.remove(Entity.ADDRESS, address.id());
        return address;
    }

    static Address associate(Draft draft, Caller caller, Associate command) {
        Address address = Owned.address(draft, caller, command.address());
        command.instance().ifPresent(id -> Owned.liveInstance(draft, caller, id));
        address.instance().ifPresent(id -> point(draft, id, Optional.empty()));
        command.instance().ifPresent(id -> {
            draft.addresses(id).forEach(other -> draft.put(Entity.ADDRESS, other.with(Optional.empty())));
            point(draft, id, Optional.of(address.address()));
        });
        return draft.put(Entity.ADDRESS, address.with(command.instance()));
    }

    /** Gives an instance a public address, or its own one back. */
    private static void point(Draft draft, InstanceId id, Optional<String> address) {
        draft.find(Entity.INSTANCE, id).filter(instance -> instance.state().occupiesHost()).ifPresent(instance -> {
            String own = draft.ids().publicAddress(Leases.of(instance.nic().privateAddress()));
            Instance pointed = draft.put(Entity.INSTANCE, instance.with(instance.nic().withPublicAddress(Optional.of(address.orElse(own)))));
            InstanceCommands.relink(draft, pointed);
        });
    }
}
