package org.kumiki.aws.ec2;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Reads what a launch asks for in the ways that EC2 has for saying the same. */
final class Launch {

    private final Cloud cloud;
    private final Call call;
    private final Structure input;

    Launch(Cloud cloud, Call call) {
        this.cloud = cloud;
        this.call = call;
        this.input = call.input();
        checkPlace();
        checkInterfaces();
        if (input.structure("Monitoring").flag("Enabled") || input.structure("HibernationOptions").flag("Configured")
                || input.structure("EnclaveOptions").flag("Enabled")) {
            throw AwsException.refuse("UnsupportedOperation", "Detailed monitoring, hibernation and enclaves are not supported here.");
        }
    }

    private void checkPlace() {
        Structure placement = input.structure("Placement");
        Parameters.only(placement, "AvailabilityZone", "Tenancy", "GroupName", "GroupId", "HostId");
        placement.text("AvailabilityZone").filter(zone -> !zone.isEmpty()).ifPresent(zone -> Places.requireZone(cloud.region(), zone));
        if (!placement.text("Tenancy", "default").equals("default")) {
            throw AwsException.refuse("UnsupportedOperation", "Hosts are shared here: no tenancy but default is supported.");
        }
        input.text("SubnetId").filter(subnet -> !subnet.isEmpty()).ifPresent(this::checkSubnet);
    }

    private void checkSubnet(String subnet) {
        if (cloud.mine(call, cloud.inventory().networks(), Network::owner).stream().noneMatch(network -> network.subnet().equals(subnet))) {
            throw AwsException.refuse("InvalidSubnetID.NotFound", "The subnet ID '" + Text.brief(subnet) + "' does not exist");
        }
    }

    /** An instance has one interface, the one that it has anyway; a client may say so. */
    private void checkInterfaces() {
        List<Structure> interfaces = input.structures("NetworkInterfaces");
        if (interfaces.size() > 1) {
            throw AwsException.refuse("UnsupportedOperation", "An instance has one network interface here.");
        }
        for (Structure nic : interfaces) {
            Parameters.only(nic, "DeviceIndex", "AssociatePublicIpAddress", "DeleteOnTermination", "Groups", "SubnetId", "Description",
                    "NetworkCardIndex", "InterfaceType");
            if (input.has("SecurityGroupIds") || input.has("SecurityGroups") || input.has("SubnetId")) {
                throw AwsException.refuse("InvalidParameterCombination",
                        "Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request");
            }
            nic.text("SubnetId").ifPresent(this::checkSubnet);
        }
    }

    /**
     * Where the instances may run.
     *
     * @param tags of the instances
     */
    PlacementRules rules(Map<String, String> tags) {
        PlacementRules rules = PlacementTags.rules(tags);
        Optional<PlacementGroup> group = placementGroup();
        PlacementRules grouped = group.isPresent() ? rules.in(group.get()) : rules;
        return host().map(grouped::on).orElse(grouped);
    }

    private Optional<PlacementGroup> placementGroup() {
        Optional<String> name = input.structure("Placement").text("GroupName").filter(text -> !text.isEmpty());
        Optional<String> id = input.structure("Placement").text("GroupId").filter(text -> !text.isEmpty());
        if (name.isPresent() && id.isPresent()) {
            throw AwsException.refuse("InvalidParameterCombination",
                    "The parameter GroupName cannot be used with the parameter GroupId");
        }
        return name.map(text -> PlacementGroups.named(cloud, call, text))
                .or(() -> id.map(text -> cloud.mine(call, cloud.inventory().placementGroups(), PlacementGroup::owner, Kinds.PLACEMENT_GROUP,
                        List.of(text)).get(0)));
    }

    /** To all accounts but the operator's, no host is there. */
    private Optional<HostId> host() {
        return input.structure("Placement").text("HostId").filter(text -> !text.isEmpty()).map(text -> cloud.inventory().hosts().stream()
                .map(Host::id).filter(id -> cloud.ownsHosts(call) && id.value().equals(text)).findFirst()
                .orElseThrow(() -> AwsException.refuse("InvalidHostID.NotFound", "The Dedicated Host '" + Text.brief(text) + "' was not found.")));
    }

    /** None for the default group. */
    List<GroupId> groups() {
        List<GroupId> groups = new ArrayList<>(Kinds.GROUP.ids(input.texts("SecurityGroupIds")));
        input.texts("SecurityGroups").forEach(name -> groups.add(SecurityGroups.named(cloud, call, name).id()));
        input.structures("NetworkInterfaces").forEach(nic -> groups.addAll(Kinds.GROUP.ids(nic.texts("Groups"))));
        return groups.stream().distinct().toList();
    }

    /** Kept as Base64, as it came. */
    Optional<String> userData() {
        Optional<String> data = input.text("UserData").map(text -> text.replaceAll("[\r\n]", "")).filter(text -> !text.isEmpty());
        data.ifPresent(Launch::requireBase64);
        return data;
    }

    static void requireBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw AwsException.refuse("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data");
        }
    }
}
