package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.kumiki.api.command.AddressCommand;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Public addresses that an account holds, and points at its instances. */
final class Addresses {

    private static final String ASSOCIATION = "eipassoc-";

    private final Cloud cloud;

    Addresses(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeAddresses", this::describe)
                .query("DescribeAddressesAttribute", this::describeAttribute)
                .command("AllocateAddress", this::allocate)
                .command("AssociateAddress", this::associate)
                .command("DisassociateAddress", this::disassociate)
                .command("ReleaseAddress", this::release);
    }

    static Filters<Address> filters(Cloud cloud) {
        return new Filters<Address>()
                .on("allocation-id", address -> address.id().value())
                .on("public-ip", Address::address)
                .onOptional("association-id", address -> address.instance().map(id -> association(address)))
                .onOptional("instance-id", address -> address.instance().map(InstanceId::value))
                .onOptional("network-interface-id", address -> instance(cloud, address).map(Sight::interfaceId))
                .onOptional("private-ip-address", address -> instance(cloud, address).map(instance -> instance.nic().privateAddress()))
                .on("network-interface-owner-id", address -> address.instance().isPresent() ? address.owner().value() : null)
                .always("network-border-group", cloud.region().name())
                .always("domain", "vpc")
                .onTags(Address::tags);
    }

    /** An address is pointed at one instance, so its own name is enough to name that. */
    private static String association(Address address) {
        return ASSOCIATION + Sight.suffix(address.id().value());
    }

    private static Optional<Instance> instance(Cloud cloud, Address address) {
        return address.instance().flatMap(id -> cloud.inventory().instances().find(id));
    }

    private Structure.Builder describe(Call call) {
        List<String> wanted = call.input().texts("PublicIps");
        List<Address> mine = cloud.mine(call, cloud.inventory().addresses(), Address::owner, Kinds.ADDRESS,
                call.input().texts("AllocationIds"));
        for (String ip : wanted) {
            if (mine.stream().noneMatch(address -> address.address().equals(ip))) {
                throw unknown(ip);
            }
        }
        Stream<Address> addresses = mine.stream().filter(address -> wanted.isEmpty() || wanted.contains(address.address()))
                .filter(filters(cloud).of(call));
        return call.output().list("Addresses", addresses.toList(), this::write);
    }

    private void write(Address address, Structure.Builder out) {
        out.put("PublicIp", address.address()).put("AllocationId", address.id().value()).put("Domain", "vpc")
                .put("PublicIpv4Pool", "amazon").put("NetworkBorderGroup", cloud.region().name());
        instance(cloud, address).ifPresent(instance -> out.put("InstanceId", instance.id().value()).put("AssociationId",
                association(address))
                .put("NetworkInterfaceId", Sight.interfaceId(instance)).put("NetworkInterfaceOwnerId", instance.owner().value())
                .put("PrivateIpAddress", instance.nic().privateAddress()));
        Tags.put(out, address.tags());
    }

    /** No address has a name of its own here. */
    private Structure.Builder describeAttribute(Call call) {
        List<Address> addresses = cloud.mine(call, cloud.inventory().addresses(), Address::owner, Kinds.ADDRESS,
                call.input().texts("AllocationIds"));
        return call.output().list("Addresses", addresses,
                (address, out) -> out.put("PublicIp", address.address()).put("AllocationId", address.id().value()));
    }

    private CompletionStage<Structure.Builder> allocate(Call call) {
        Parameters.only(call.input(), "Domain", "TagSpecifications", "PublicIpv4Pool", "NetworkBorderGroup");
        return cloud.submit(call, new AddressCommand.Allocate(Tags.of(call.input(), Kinds.ADDRESS)), address -> call.output()
                .put("PublicIp", address.address()).put("AllocationId", address.id().value()).put("Domain", "vpc")
                .put("PublicIpv4Pool", "amazon").put("NetworkBorderGroup", cloud.region().name()));
    }

    private CompletionStage<Structure.Builder> associate(Call call) {
        Structure input = call.input();
        Address address = target(call);
        InstanceId instance = input.has("InstanceId")
                ? Kinds.INSTANCE.id(input.requiredText("InstanceId")) : behind(input.requiredText("NetworkInterfaceId"));
        // Between two addresses of the same network EC2 always moves; it asks only where it is told not to.
        if (input.has("AllowReassociation") && !input.flag("AllowReassociation")
                && address.instance().filter(present -> !present.equals(instance)).isPresent()) {
            throw AwsException.refuse("Resource.AlreadyAssociated",
                    "resource " + address.id() + " is already associated with associate-id " + association(address));
        }
        return cloud.submit(call, new AddressCommand.Associate(address.id(), Optional.of(instance)),
                associated -> call.output().put("AssociationId", association(associated)));
    }

    private static InstanceId behind(String networkInterface) {
        try {
            return new InstanceId(InstanceId.PREFIX + Sight.suffix(networkInterface));
        } catch (IllegalArgumentException e) {
            throw AwsException.refuse("InvalidNetworkInterfaceID.NotFound",
                    "The networkInterface ID '" + Text.brief(networkInterface) + "' does not exist");
        }
    }

    private CompletionStage<Structure.Builder> disassociate(Call call) {
        return cloud.submit(call, new AddressCommand.Associate(target(call).id(), Optional.empty()), address -> call.output());
    }

    private CompletionStage<Structure.Builder> release(Call call) {
        return cloud.submit(call, new AddressCommand.Release(target(call).id()), address -> call.output());
    }

    /** The address that a request is about: by its identifier, by that of its association, or by itself. */
    private Address target(Call call) {
        Structure input = call.input();
        List<Address> mine = cloud.mine(call, cloud.inventory().addresses(), Address::owner);
        if (input.shape().has("AssociationId") && input.has("AssociationId")) {
            String id = input.requiredText("AssociationId");
            return mine.stream().filter(address -> address.instance().isPresent() && association(address).equals(id)).findFirst()
                    .orElseThrow(() -> AwsException.refuse("InvalidAssociationID.NotFound",
                            "The association ID '" + Text.brief(id) + "' does not exist"));
        }
        if (input.shape().has("AllocationId") && input.has("AllocationId")) {
            return cloud.mine(call, cloud.inventory().addresses(), Address::owner, Kinds.ADDRESS,
                    List.of(input.requiredText("AllocationId"))).get(0);
        }
        String ip = input.requiredText("PublicIp");
        return mine.stream().filter(address -> address.address().equals(ip)).findFirst().orElseThrow(() -> unknown(ip));
    }

    private static AwsException unknown(String ip) {
        return AwsException.refuse("InvalidAddress.NotFound", "Address '" + Text.brief(ip) + "' not found.");
    }
}
