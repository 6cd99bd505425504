package org.kumiki.aws.ec2;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.SecurityGroup;

/**
 * What EC2 tells of an instance beside itself: its groups' names, the volumes on it, the network around it. All of it is of one
 * moment. Volumes and addresses are only ever put on instances of their own account, so nobody sees another's here. Immutable.
 */
final class Sight {

    private final Inventory inventory;
    private final Region region;
    private final Map<InstanceId, TreeMap<String, Attachment>> attachments = new HashMap<>();
    private final Map<InstanceId, Address> addresses = new HashMap<>();

    Sight(Inventory inventory, Region region) {
        this.inventory = inventory;
        this.region = region;
        inventory.volumes().forEach(volume -> volume.attachment().ifPresent(
                on -> attachments.computeIfAbsent(on.instance(), id -> new TreeMap<>()).put(on.device(), on)));
        inventory.addresses().forEach(address -> address.instance().ifPresent(on -> addresses.put(on, address)));
    }

    boolean isOf(Inventory other) {
        return inventory == other;
    }

    String zone() {
        return region.zone();
    }

    /** A terminated instance is in no network any more. */
    static boolean isConnected(Instance instance) {
        return instance.state() != InstanceState.TERMINATED;
    }

    Optional<String> subnet(Instance instance) {
        return inventory.networks().find(instance.nic().network()).map(Network::subnet);
    }

    String architecture(Instance instance) {
        return inventory.images().find(instance.spec().image()).map(Image::architecture)
                .or(() -> inventory.instanceTypes().find(instance.spec().type()).map(InstanceType::architecture))
                .orElse("x86_64");
    }

    List<SecurityGroup> groups(Instance instance) {
        return instance.spec().groups().stream().flatMap((GroupId id) -> inventory.securityGroups().find(id).stream()).toList();
    }

    /** The one that EC2 shows; a group that is gone is not there, even if a terminated instance was in it. */
    Optional<PlacementGroup> placementGroup(Instance instance) {
        PlacementRules rules = instance.spec().rules();
        return rules.spreadGroup().or(rules::clusterGroup).flatMap(id -> inventory.placementGroups().find(new PlacementGroupId(id)));
    }

    Iterable<Attachment> attachments(Instance instance) {
        return attachments.getOrDefault(instance.id(), new TreeMap<>()).values();
    }

    Optional<Address> address(Instance instance) {
        return Optional.ofNullable(addresses.get(instance.id()));
    }

    /** EC2's name for an address within its network. */
    static String privateName(Instance instance) {
        return "ip-" + instance.nic().privateAddress().replace('.', '-') + ".ec2.internal";
    }

    /** The one interface of an instance is named after it, so nothing has to be kept. */
    static String interfaceId(Instance instance) {
        return "eni-" + suffix(instance.id().value());
    }

    static String suffix(String id) {
        return id.substring(id.indexOf('-') + 1);
    }
}
