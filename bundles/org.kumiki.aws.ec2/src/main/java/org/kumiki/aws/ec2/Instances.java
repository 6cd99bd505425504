package org.kumiki.aws.ec2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;

/** Instances: launched, looked at, started, stopped and ended. */
final class Instances {

    /** What a client gets that names no type, as with Amazon. */
    private static final String DEFAULT_TYPE = "m1.small";

    private final Cloud cloud;

    Instances(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeInstances", this::describe)
                .query("DescribeInstanceStatus", this::describeStatus)
                .command("RunInstances", this::run)
                .command("StartInstances", this::start)
                .command("StopInstances", this::stop)
                .command("RebootInstances", this::reboot)
                .command("TerminateInstances", this::terminate)
                .command("GetConsoleOutput", this::console)
                .query("GetPasswordData", this::password)
                .query("DescribeInstanceCreditSpecifications", this::credits);
    }

    private Structure.Builder describe(Call call) {
        Structure input = call.input();
        if (input.has("MaxResults") && input.has("InstanceIds")) {
            throw AwsException.refuse("InvalidParameterCombination",
                    "The parameter instancesSet cannot be used with the parameter maxResults");
        }
        Inventory inventory = cloud.inventory();
        Sight sight = cloud.sight(inventory);
        Predicate<Instance> filter = filters(sight).of(call);
        Iterable<Instance> instances = input.has("InstanceIds")
                ? cloud.mine(call, inventory.instances(), Instance::owner, Kinds.INSTANCE, input.texts("InstanceIds")).stream()
                        .filter(filter).toList()
                : cloud.mineAmong(call, inventory.instances(), Instance::owner, filter);
        Page<Instance> page = Page.of(call, instances, instance -> instance.id().value(), 5, 1_000);
        Map<String, List<Instance>> reservations = new LinkedHashMap<>();
        page.items().forEach(instance -> reservations.computeIfAbsent(instance.reservation(), id -> new ArrayList<>()).add(instance));
        InstanceWriter writer = new InstanceWriter(sight, call.version());
        return call.output().put("NextToken", page.next().orElse(null))
                .list("Reservations", reservations.values(), (members, out) -> reservation(members, writer, out));
    }

    private static void reservation(List<Instance> members, InstanceWriter writer, Structure.Builder out) {
        out.put("ReservationId", members.get(0).reservation()).put("OwnerId", members.get(0).owner().value())
                .put("Groups", List.of())
                .list("Instances", members, writer::write);
    }

    static Filters<Instance> filters(Sight sight) {
        return new Filters<Instance>()
                .on("instance-id", instance -> instance.id().value())
                .on("instance-type", instance -> instance.spec().type())
                .on("instance-state-name", instance -> instance.state().label())
                .on("instance-state-code", instance -> Integer.toString(instance.state().code()))
                .on("image-id", instance -> instance.spec().image().value())
                .onOptional("key-name", instance -> instance.spec().keyName())
                .on("reservation-id", Instance::reservation)
                .on("launch-index", instance -> Integer.toString(instance.index()))
                .on("launch-time", instance -> XmlWriter.time(instance.launched()))
                .on("owner-id", instance -> instance.owner().value())
                .onOptional("reason", Instance::reason)
                .onOptional("state-reason-message", Instance::reason)
                .onOptional("state-reason-code", instance -> instance.reason().map(reason -> reason.split(":", 2)[0]))
                .on("architecture", sight::architecture)
                .on("availability-zone", instance -> sight.zone())
                .on("private-ip-address", instance -> Sight.isConnected(instance) ? instance.nic().privateAddress() : null)
                .on("private-dns-name", instance -> Sight.isConnected(instance) ? Sight.privateName(instance) : null)
                .onOptional("ip-address", instance -> instance.nic().publicAddress())
                .onOptional("dns-name", instance -> instance.nic().publicAddress())
                .on("vpc-id", instance -> Sight.isConnected(instance) ? instance.nic().network().value() : null)
                .onOptional("subnet-id", instance -> Sight.isConnected(instance) ? sight.subnet(instance) : Optional.empty())
                .onAll("instance.group-id", instance -> instance.spec().groups().stream().map(GroupId::value).toList())
                .onAll("instance.group-name", instance -> sight.groups(instance).stream().map(SecurityGroup::name).toList())
                .onAll("group-id", instance -> instance.spec().groups().stream().map(GroupId::value).toList())
                .onAll("group-name", instance -> sight.groups(instance).stream().map(SecurityGroup::name).toList())
                .onAll("network-interface.group-id", instance -> instance.spec().groups().stream().map(GroupId::value).toList())
                .on("network-interface.network-interface-id", Sight::interfaceId)
                .on("network-interface.mac-address", instance -> instance.nic().mac())
                .on("network-interface.addresses.private-ip-address", instance -> instance.nic().privateAddress())
                .on("network-interface.private-ip-address", instance -> instance.nic().privateAddress())
                .onOptional("network-interface.association.public-ip", instance -> instance.nic().publicAddress())
                .onAll("block-device-mapping.volume-id", instance -> devices(sight, instance, device -> device.volume().value()))
                .onAll("block-device-mapping.device-name", instance -> devices(sight, instance, device -> device.device()))
                .onAll("block-device-mapping.status", instance -> devices(sight, instance, device -> Volumes.label(device.state())))
                .onAll("block-device-mapping.delete-on-termination",
                        instance -> devices(sight, instance, device -> Boolean.toString(device.deleteOnTermination())))
                .onAll("block-device-mapping.attach-time", instance -> devices(sight, instance, device -> XmlWriter.time(device.since())))
                .onOptional("root-device-name", Instance::rootDevice)
                .on("root-device-type", Instances::rootDeviceType)
                .always("hypervisor", "xen")
                .always("virtualization-type", "hvm")
                .always("monitoring-state", "disabled")
                .always("tenancy", "default")
                .always("source-dest-check", "true")
                .always("platform-details", "Linux/UNIX")
                .on("platform", instance -> null)
                .onOptional("placement-group-name", instance -> sight.placementGroup(instance).map(PlacementGroup::name))
                .onOptional("host-id", instance -> instance.spec().rules().host().map(HostId::value))
                .on("instance-lifecycle", instance -> null)
                .on("spot-instance-request-id", instance -> null)
                .onTags(Instance::tags);
    }

    /** One without a disk is nearest to one whose disk goes with it. */
    static String rootDeviceType(Instance instance) {
        return instance.rootDevice().isPresent() ? "ebs" : "instance-store";
    }

    private static List<String> devices(Sight sight, Instance instance,
            Function<Attachment, String> attribute) {
        List<String> values = new ArrayList<>();
        sight.attachments(instance).forEach(device -> values.add(attribute.apply(device)));
        return values;
    }

    static Filters<Instance> statusFilters(Region region) {
        return new Filters<Instance>()
                .on("instance-state-name", instance -> instance.state().label())
                .on("instance-state-code", instance -> Integer.toString(instance.state().code()))
                .always("availability-zone", region.zone())
                .on("instance-status.status", Instances::status)
                .on("system-status.status", Instances::status)
                .on("instance-status.reachability", Instances::reachability)
                .on("system-status.reachability", Instances::reachability)
                .on("event.code", instance -> null);
    }

    private Structure.Builder describeStatus(Call call) {
        Structure input = call.input();
        boolean all = input.flag("IncludeAllInstances");
        List<Instance> instances = cloud.mine(call, cloud.inventory().instances(), Instance::owner, Kinds.INSTANCE,
                input.texts("InstanceIds"))
                .stream().filter(instance -> all || instance.state() == InstanceState.RUNNING)
                .filter(statusFilters(cloud.region()).of(call)).toList();
        Page<Instance> page = Page.of(call, instances, instance -> instance.id().value(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("InstanceStatuses", page.items(), (instance, out) -> out
                .put("InstanceId", instance.id().value()).put("AvailabilityZone", cloud.region().zone())
                .structure("InstanceState", state -> InstanceWriter.state(instance.state(), state))
                .structure("SystemStatus", status -> summary(instance, status))
                .structure("InstanceStatus", status -> summary(instance, status)));
    }

    private static void summary(Instance instance, Structure.Builder out) {
        out.put("Status", status(instance));
        if (instance.state() == InstanceState.RUNNING) {
            out.list("Details", List.of("reachability"), (name, detail) -> detail.put("Name", name).put("Status", reachability(instance)));
        }
    }

    private static String status(Instance instance) {
        return instance.state() == InstanceState.RUNNING ? "ok" : "not-applicable";
    }

    private static String reachability(Instance instance) {
        return instance.state() == InstanceState.RUNNING ? "passed" : null;
    }

    private CompletionStage<Structure.Builder> console(Call call) {
        InstanceId id = Kinds.INSTANCE.id(call.input().requiredText("InstanceId"));
        return cloud.datacenter().console(cloud.caller(call), id).thenApply(console -> call.output()
                .put("InstanceId", id.value()).put("Timestamp", console.at())
                .put("Output", Base64.getEncoder().encodeToString(console.text().getBytes(StandardCharsets.UTF_8))));
    }

    /** No guest here encrypts an administrator's password. */
    private Structure.Builder password(Call call) {
        Instance instance = one(call);
        return call.output().put("InstanceId", instance.id().value()).put("Timestamp", instance.launched()).put("PasswordData", "");
    }

    private Structure.Builder credits(Call call) {
        List<Instance> instances = cloud.mine(call, cloud.inventory().instances(), Instance::owner, Kinds.INSTANCE,
                call.input().texts("InstanceIds"));
        return call.output().list("InstanceCreditSpecifications", instances,
                (instance, out) -> out.put("InstanceId", instance.id().value()).put("CpuCredits", "unlimited"));
    }

    private Instance one(Call call) {
        return cloud.mine(call, cloud.inventory().instances(), Instance::owner, Kinds.INSTANCE,
                List.of(call.input().requiredText("InstanceId"))).get(0);
    }

    private CompletionStage<Structure.Builder> run(Call call) {
        Structure input = call.input();
        Parameters.only(input, "ImageId", "InstanceType", "KeyName", "MinCount", "MaxCount", "SecurityGroupIds", "SecurityGroups",
                "SubnetId",
                "UserData", "ClientToken", "DisableApiTermination", "InstanceInitiatedShutdownBehavior", "TagSpecifications", "Placement",
                "NetworkInterfaces", "Monitoring", "CreditSpecification", "MetadataOptions", "CapacityReservationSpecification",
                "MaintenanceOptions", "PrivateDnsNameOptions", "HibernationOptions", "EnclaveOptions", "BlockDeviceMappings");
        Launch launch = new Launch(cloud, call);
        Map<String, String> tags = Tags.of(input, Kinds.INSTANCE, "volume", "network-interface", "spot-instances-request");
        LaunchSpec spec = new LaunchSpec(input.text("InstanceType", DEFAULT_TYPE), Kinds.IMAGE.id(input.requiredText("ImageId")),
                input.text("KeyName"), launch.groups(), launch.userData(),
                input.text("InstanceInitiatedShutdownBehavior", "stop").equals("terminate"), launch.rules(tags), PlacementTags.hardware(tags));
        InstanceCommand.Launch command = new InstanceCommand.Launch(spec, BlockDevices.read(input), input.number("MinCount", 1),
                input.number("MaxCount", 1),
                input.text("ClientToken").filter(token -> !token.isEmpty()), tags,
                Tags.of(input, Kinds.VOLUME, "instance", "network-interface", "spot-instances-request"), input.flag("DisableApiTermination"));
        return cloud.submit(call, command, reservation -> {
            InstanceWriter writer = new InstanceWriter(cloud.sight(cloud.inventory()), call.version());
            return call.output().put("ReservationId", reservation.id()).put("OwnerId", reservation.owner().value())
                    .put("Groups", List.of())
                    .list("Instances", reservation.instances(), writer::write);
        });
    }

    private CompletionStage<Structure.Builder> start(Call call) {
        Parameters.only(call.input(), "InstanceIds");
        return cloud.submit(call, new InstanceCommand.Start(ids(call)), changes -> changes(call, "StartingInstances", changes));
    }

    private CompletionStage<Structure.Builder> stop(Call call) {
        Parameters.only(call.input(), "InstanceIds", "Force");
        return cloud.submit(call, new InstanceCommand.Stop(ids(call), call.input().flag("Force")),
                changes -> changes(call, "StoppingInstances", changes));
    }

    private CompletionStage<Structure.Builder> reboot(Call call) {
        return cloud.submit(call, new InstanceCommand.Reboot(ids(call)), rebooted -> call.output());
    }

    private CompletionStage<Structure.Builder> terminate(Call call) {
        Parameters.only(call.input(), "InstanceIds", "Force");
        return cloud.submit(call, new InstanceCommand.Terminate(ids(call)), changes -> changes(call, "TerminatingInstances", changes));
    }

    private static List<InstanceId> ids(Call call) {
        return Kinds.INSTANCE.ids(call.input().texts("InstanceIds")).stream().distinct().toList();
    }

    private static Structure.Builder changes(Call call, String member, List<StateChange> changes) {
        return call.output().list(member, changes, (change, out) -> out.put("InstanceId", change.instance().value())
                .structure("CurrentState", state -> InstanceWriter.state(change.after(), state))
                .structure("PreviousState", state -> InstanceWriter.state(change.before(), state)));
    }
}
