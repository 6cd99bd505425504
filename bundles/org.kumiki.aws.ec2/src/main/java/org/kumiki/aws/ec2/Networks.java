package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import org.kumiki.api.model.Address;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.Network;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * The network that every account finds: what EC2 calls a default VPC, with one subnet, a route to the outside, and what else belongs
 * to one. All but the network itself is there for clients that look for it, and is named after it.
 */
final class Networks {

    private static final int RESERVED_ADDRESSES = 5;

    private final Cloud cloud;

    Networks(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeVpcs", this::vpcs)
                .query("DescribeVpcAttribute", this::vpcAttribute)
                .query("DescribeSubnets", this::subnets)
                .query("DescribeNetworkInterfaces", this::interfaces)
                .query("DescribeInternetGateways", this::gateways)
                .query("DescribeRouteTables", this::routeTables)
                .query("DescribeNetworkAcls", this::accessLists)
                .query("DescribeDhcpOptions", this::dhcpOptions);
    }

    private List<Network> mine(Call call) {
        return cloud.mine(call, cloud.inventory().networks(), Network::owner);
    }

    /** The things of one kind that belong to the caller's networks, and among them those that the request names. */
    private Stream<Network> select(Call call, String member, Function<Network, String> id, String notFound) {
        List<String> wanted = call.input().texts(member);
        List<Network> mine = mine(call);
        for (String name : wanted) {
            if (mine.stream().noneMatch(network -> id.apply(network).equals(name))) {
                throw AwsException.refuse(notFound, "The ID '" + Text.brief(name) + "' does not exist");
            }
        }
        return mine.stream().filter(network -> wanted.isEmpty() || wanted.contains(id.apply(network)));
    }

    private static String named(String prefix, Network network) {
        return prefix + "-" + Sight.suffix(network.id().value());
    }

    static Filters<Network> vpcFilters() {
        return new Filters<Network>()
                .on("vpc-id", network -> network.id().value())
                .on("cidr", Network::cidr)
                .on("cidr-block-association.cidr-block", Network::cidr)
                .on("cidr-block-association.association-id", network -> named("vpc-cidr-assoc", network))
                .always("cidr-block-association.state", "associated")
                .on("dhcp-options-id", network -> named("dopt", network))
                .on("is-default", network -> Boolean.toString(network.byDefault()))
                .on("isDefault", network -> Boolean.toString(network.byDefault())) // as older clients spell it
                .on("owner-id", network -> network.owner().value())
                .always("state", "available")
                .onTags(Network::tags);
    }

    private Structure.Builder vpcs(Call call) {
        List<Network> networks = cloud.mine(call, cloud.inventory().networks(), Network::owner, Kinds.NETWORK, call.input().texts("VpcIds"))
                .stream().filter(vpcFilters().of(call)).toList();
        Page<Network> page = Page.of(call, networks, network -> network.id().value(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("Vpcs", page.items(), (network, out) -> {
            out.put("VpcId", network.id().value()).put("CidrBlock", network.cidr()).put("State", "available")
                    .put("DhcpOptionsId", named("dopt", network)).put("OwnerId", network.owner().value())
                    .put("InstanceTenancy", "default").put("IsDefault", network.byDefault())
                    .list("CidrBlockAssociationSet", List.of(network), (same, association) -> association
                            .put("AssociationId", named("vpc-cidr-assoc", network)).put("CidrBlock", network.cidr())
                            .structure("CidrBlockState", state -> state.put("State", "associated")));
            Tags.put(out, network.tags());
        });
    }

    private Structure.Builder vpcAttribute(Call call) {
        Network network = cloud.mine(call, cloud.inventory().networks(), Network::owner, Kinds.NETWORK,
                List.of(call.input().requiredText("VpcId"))).get(0);
        Structure.Builder out = call.output().put("VpcId", network.id().value());
        return switch (call.input().requiredText("Attribute")) {
            case "enableDnsSupport" -> out.structure("EnableDnsSupport", value -> value.put("Value", true));
            case "enableDnsHostnames" -> out.structure("EnableDnsHostnames", value -> value.put("Value", true));
            default -> out.structure("EnableNetworkAddressUsageMetrics", value -> value.put("Value", false));
        };
    }

    static Filters<Network> subnetFilters(Cloud cloud) {
        return new Filters<Network>()
                .on("subnet-id", Network::subnet)
                .on("vpc-id", network -> network.id().value())
                .on("cidr-block", Network::cidr)
                .on("cidrBlock", Network::cidr)
                .on("default-for-az", network -> Boolean.toString(network.byDefault()))
                .on("defaultForAz", network -> Boolean.toString(network.byDefault()))
                .on("owner-id", network -> network.owner().value())
                .always("availability-zone", cloud.region().zone())
                .always("availabilityZone", cloud.region().zone())
                .always("availability-zone-id", Places.zoneId(cloud.region()))
                .always("map-public-ip-on-launch", "true")
                .always("state", "available")
                .always("ipv6-native", "false")
                .onTags(subnet -> Map.of());
    }

    private Structure.Builder subnets(Call call) {
        List<Network> subnets = select(call, "SubnetIds", Network::subnet, "InvalidSubnetID.NotFound")
                .filter(subnetFilters(cloud).of(call)).toList();
        Page<Network> page = Page.of(call, subnets, Network::subnet, 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("Subnets", page.items(), (network, out) -> out
                .put("SubnetId", network.subnet()).put("VpcId", network.id().value()).put("CidrBlock", network.cidr())
                .put("AvailabilityZone", cloud.region().zone()).put("AvailabilityZoneId", Places.zoneId(cloud.region()))
                .put("AvailableIpAddressCount", free(network)).put("DefaultForAz", network.byDefault()).put("MapPublicIpOnLaunch", true)
                .put("State", "available").put("OwnerId", network.owner().value()).put("AssignIpv6AddressOnCreation", false)
                .put("MapCustomerOwnedIpOnLaunch", false).put("EnableDns64", false).put("Ipv6Native", false)
                .put("SubnetArn", cloud.arn(call, "subnet/" + network.subnet()))
                .structure("PrivateDnsNameOptionsOnLaunch", names -> names.put("HostnameType", "ip-name")
                        .put("EnableResourceNameDnsARecord", false).put("EnableResourceNameDnsAAAARecord", false)));
    }

    private int free(Network network) {
        int prefix = Integer.parseInt(network.cidr().substring(network.cidr().indexOf('/') + 1));
        long taken = cloud.inventory().instances().stream().filter(Sight::isConnected)
                .filter(instance -> instance.nic().network().equals(network.id())).count();
        return (int) Math.max(0, (1L << 32 - prefix) - RESERVED_ADDRESSES - taken);
    }

    static Filters<Instance> interfaceFilters(Sight sight) {
        return new Filters<Instance>()
                .on("network-interface-id", Sight::interfaceId)
                .on("attachment.instance-id", instance -> instance.id().value())
                .on("attachment.attachment-id", instance -> "eni-attach-" + Sight.suffix(instance.id().value()))
                .always("attachment.status", "attached")
                .always("attachment.device-index", "0")
                .on("vpc-id", instance -> instance.nic().network().value())
                .onOptional("subnet-id", sight::subnet)
                .on("mac-address", instance -> instance.nic().mac())
                .on("private-ip-address", instance -> instance.nic().privateAddress())
                .on("addresses.private-ip-address", instance -> instance.nic().privateAddress())
                .on("private-dns-name", Sight::privateName)
                .onOptional("association.public-ip", instance -> instance.nic().publicAddress())
                .onOptional("association.allocation-id", instance -> sight.address(instance).map(address -> address.id().value()))
                .onAll("group-id", instance -> instance.spec().groups().stream().map(GroupId::value).toList())
                .on("owner-id", instance -> instance.owner().value())
                .on("availability-zone", instance -> sight.zone())
                .on("description", instance -> "")
                .always("status", "in-use")
                .always("interface-type", "interface")
                .always("requester-managed", "false")
                .always("source-dest-check", "true")
                .onTags(instance -> Map.of());
    }

    private Structure.Builder interfaces(Call call) {
        List<String> wanted = call.input().texts("NetworkInterfaceIds");
        Sight sight = cloud.sight(cloud.inventory());
        List<Instance> mine = cloud.mine(call, cloud.inventory().instances(), Instance::owner).stream().filter(Sight::isConnected).toList();
        for (String id : wanted) {
            if (mine.stream().noneMatch(instance -> Sight.interfaceId(instance).equals(id))) {
                throw AwsException.refuse("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '" + Text.brief(id)
                        + "' does not exist");
            }
        }
        List<Instance> instances = mine.stream().filter(instance -> wanted.isEmpty() || wanted.contains(Sight.interfaceId(instance)))
                .filter(interfaceFilters(sight).of(call)).toList();
        Page<Instance> page = Page.of(call, instances, Sight::interfaceId, 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("NetworkInterfaces", page.items(),
                (instance, out) -> networkInterface(sight, instance, out));
    }

    private void networkInterface(Sight sight, Instance instance, Structure.Builder out) {
        out.put("NetworkInterfaceId", Sight.interfaceId(instance)).put("VpcId", instance.nic().network().value())
                .put("SubnetId", sight.subnet(instance).orElse(null)).put("AvailabilityZone", sight.zone()).put("OwnerId",
                        instance.owner().value())
                .put("MacAddress", instance.nic().mac()).put("PrivateIpAddress", instance.nic().privateAddress())
                .put("PrivateDnsName", Sight.privateName(instance)).put("Description", "").put("Status", "in-use")
                .put("InterfaceType", "interface").put("RequesterManaged", false).put("SourceDestCheck", true)
                .put("Ipv6Addresses", List.of()).put("TagSet", List.of())
                .structure("Attachment", attachment -> attachment.put("AttachmentId", "eni-attach-" + Sight.suffix(instance.id().value()))
                        .put("InstanceId", instance.id().value()).put("InstanceOwnerId", instance.owner().value()).put("DeviceIndex", 0)
                        .put("NetworkCardIndex", 0).put("Status", "attached").put("DeleteOnTermination", true).put("AttachTime",
                                instance.launched()))
                .list("PrivateIpAddresses", List.of(instance), (same, address) -> {
                    address.put("Primary", true).put("PrivateIpAddress", instance.nic().privateAddress())
                            .put("PrivateDnsName", Sight.privateName(instance));
                    association(sight, instance, address);
                });
        association(sight, instance, out);
        InstanceWriter.groups(sight.groups(instance), "Groups", out);
    }

    private static void association(Sight sight, Instance instance, Structure.Builder out) {
        Optional<Address> held = sight.address(instance);
        instance.nic().publicAddress().ifPresent(ip -> out.structure("Association", association -> association
                .put("PublicIp", ip).put("PublicDnsName", ip)
                .put("IpOwnerId", held.map(address -> address.owner().value()).orElse("amazon"))
                .put("AllocationId", held.map(address -> address.id().value()).orElse(null))));
    }

    static Filters<Network> gatewayFilters() {
        return new Filters<Network>()
                .on("internet-gateway-id", network -> named("igw", network))
                .on("attachment.vpc-id", network -> network.id().value())
                .always("attachment.state", "available")
                .on("owner-id", network -> network.owner().value())
                .onTags(gateway -> Map.of());
    }

    private Structure.Builder gateways(Call call) {
        List<Network> gateways = select(call, "InternetGatewayIds", network -> named("igw", network), "InvalidInternetGatewayID.NotFound")
                .filter(gatewayFilters().of(call)).toList();
        return call.output().list("InternetGateways", gateways, (network, out) -> out
                .put("InternetGatewayId", named("igw", network)).put("OwnerId", network.owner().value())
                .list("Attachments", List.of(network), (same, on) -> on.put("VpcId", network.id().value()).put("State", "available")));
    }

    static Filters<Network> routeTableFilters() {
        return new Filters<Network>()
                .on("route-table-id", network -> named("rtb", network))
                .on("vpc-id", network -> network.id().value())
                .always("association.main", "true")
                .on("association.route-table-association-id", network -> named("rtbassoc", network))
                .on("association.route-table-id", network -> named("rtb", network))
                .on("association.subnet-id", network -> null) // the main table is every subnet's without saying so
                .onAll("route.destination-cidr-block", network -> List.of(network.cidr(), "0.0.0.0/0"))
                .onAll("route.gateway-id", network -> List.of("local", named("igw", network)))
                .onAll("route.state", network -> List.of("active"))
                .on("owner-id", network -> network.owner().value())
                .onTags(table -> Map.of());
    }

    private Structure.Builder routeTables(Call call) {
        List<Network> tables = select(call, "RouteTableIds", network -> named("rtb", network), "InvalidRouteTableID.NotFound")
                .filter(routeTableFilters().of(call)).toList();
        return call.output().list("RouteTables", tables, (network, out) -> out
                .put("RouteTableId", named("rtb", network)).put("VpcId", network.id().value()).put("OwnerId", network.owner().value())
                .put("PropagatingVgws", List.of())
                .list("Associations", List.of(network), (same, association) -> association.put("Main", true)
                        .put("RouteTableAssociationId", named("rtbassoc", network)).put("RouteTableId", named("rtb", network))
                        .structure("AssociationState", state -> state.put("State", "associated")))
                .list("Routes", List.of("local", named("igw", network)), (gateway, route) -> route.put("GatewayId", gateway)
                        .put("DestinationCidrBlock", gateway.equals("local") ? network.cidr() : "0.0.0.0/0").put("State", "active")
                        .put("Origin", gateway.equals("local") ? "CreateRouteTable" : "CreateRoute")));
    }

    static Filters<Network> accessListFilters() {
        return new Filters<Network>()
                .on("network-acl-id", network -> named("acl", network))
                .on("vpc-id", network -> network.id().value())
                .always("default", "true")
                .on("association.subnet-id", Network::subnet)
                .on("association.network-acl-id", network -> named("acl", network))
                .on("owner-id", network -> network.owner().value())
                .onTags(list -> Map.of());
    }

    /** Everything passes; security groups do the work. */
    private Structure.Builder accessLists(Call call) {
        List<Network> lists = select(call, "NetworkAclIds", network -> named("acl", network), "InvalidNetworkAclID.NotFound")
                .filter(accessListFilters().of(call)).toList();
        return call.output().list("NetworkAcls", lists, (network, out) -> out
                .put("NetworkAclId", named("acl", network)).put("VpcId", network.id().value()).put("OwnerId", network.owner().value())
                .put("IsDefault", true)
                .list("Associations", List.of(network), (same, association) -> association
                        .put("NetworkAclAssociationId", named("aclassoc", network)).put("NetworkAclId", named("acl", network))
                        .put("SubnetId", network.subnet()))
                .list("Entries", List.of(true, false), (egress, entry) -> entry.put("Egress", egress).put("RuleNumber", 100)
                        .put("Protocol", "-1").put("RuleAction", "allow").put("CidrBlock", "0.0.0.0/0")));
    }

    static Filters<Network> dhcpFilters() {
        return new Filters<Network>()
                .on("dhcp-options-id", network -> named("dopt", network))
                .on("owner-id", network -> network.owner().value())
                .onTags(options -> Map.of());
    }

    private Structure.Builder dhcpOptions(Call call) {
        List<Network> options = select(call, "DhcpOptionsIds", network -> named("dopt", network), "InvalidDhcpOptionsID.NotFound")
                .filter(dhcpFilters().of(call)).toList();
        return call.output().list("DhcpOptions", options, (network, out) -> out
                .put("DhcpOptionsId", named("dopt", network)).put("OwnerId", network.owner().value())
                .list("DhcpConfigurations", List.of("domain-name"), (key, configuration) -> configuration.put("Key", key)
                        .list("Values", List.of("ec2.internal"), (value, each) -> each.put("Value", value))));
    }
}
