package org.kumiki.aws.ec2;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** The attributes of an instance, which EC2 reads one at a time and changes one at a time. */
final class InstanceAttributes {

    private final Cloud cloud;

    InstanceAttributes(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeInstanceAttribute", this::describe)
                .command("ModifyInstanceAttribute", this::modify)
                .query("ResetInstanceAttribute", this::reset);
    }

    private Structure.Builder describe(Call call) {
        Inventory inventory = cloud.inventory();
        Instance instance = cloud.mine(call, inventory.instances(), Instance::owner, Kinds.INSTANCE,
                List.of(call.input().requiredText("InstanceId"))).get(0);
        Sight sight = cloud.sight(inventory);
        Structure.Builder out = call.output().put("InstanceId", instance.id().value());
        String attribute = call.input().requiredText("Attribute");
        switch (attribute) {
            case "instanceType" -> text(out, "InstanceType", instance.spec().type());
            case "userData" -> text(out, "UserData", instance.spec().userData().orElse(null));
            case "instanceInitiatedShutdownBehavior" -> text(out, "InstanceInitiatedShutdownBehavior",
                    instance.spec().terminateOnStop() ? "terminate" : "stop");
            case "rootDeviceName" -> text(out, "RootDeviceName", instance.rootDevice().orElse(null));
            case "kernel" -> text(out, "KernelId", null);
            case "ramdisk" -> text(out, "RamdiskId", null);
            case "sriovNetSupport" -> text(out, "SriovNetSupport", null);
            case "disableApiTermination" -> flag(out, "DisableApiTermination", instance.terminationProtected());
            case "disableApiStop" -> flag(out, "DisableApiStop", false);
            case "sourceDestCheck" -> flag(out, "SourceDestCheck", true);
            case "ebsOptimized" -> flag(out, "EbsOptimized", false);
            case "enaSupport" -> flag(out, "EnaSupport", false);
            case "enclaveOptions" -> out.structure("EnclaveOptions", enclave -> enclave.put("Enabled", false));
            case "productCodes" -> out.put("ProductCodes", List.of());
            case "groupSet" -> InstanceWriter.groups(sight.groups(instance), "Groups", out);
            case "blockDeviceMapping" -> out.list("BlockDeviceMappings", sight.attachments(instance), InstanceWriter::device);
            default -> throw AwsException.invalid("attribute", attribute, "There is no such attribute.");
        }
        return out;
    }

    private static void text(Structure.Builder out, String member, String value) {
        out.structure(member, attribute -> attribute.put("Value", value));
    }

    private static void flag(Structure.Builder out, String member, boolean value) {
        out.structure(member, attribute -> attribute.put("Value", value));
    }

    private CompletionStage<Structure.Builder> modify(Call call) {
        Structure input = call.input();
        Parameters.only(input, "InstanceId", "Attribute", "Value", "InstanceType", "DisableApiTermination",
                "InstanceInitiatedShutdownBehavior", "UserData", "Groups", "SourceDestCheck", "DisableApiStop", "EbsOptimized",
                "BlockDeviceMappings");
        if (!input.structure("SourceDestCheck").flag("Value", true) || input.structure("DisableApiStop").flag("Value")
                || input.structure("EbsOptimized").flag("Value")) {
            throw AwsException.refuse("UnsupportedOperation",
                    "The source/destination check, stop protection and EBS optimization are as they are.");
        }
        InstanceId id = Kinds.INSTANCE.id(input.requiredText("InstanceId"));
        return cloud.submit(call, input.has("Attribute") ? byName(id, input) : byMember(id, input), changed -> call.output());
    }

    private static InstanceCommand.Modify byMember(InstanceId id, Structure input) {
        Optional<List<GroupId>> groups = Optional.of(Kinds.GROUP.ids(input.texts("Groups"))).filter(list -> !list.isEmpty());
        Optional<Boolean> guard = flag(input.structure("DisableApiTermination"));
        Optional<String> userData = input.structure("UserData").bytes("Value").map(Base64.getEncoder()::encodeToString);
        return new InstanceCommand.Modify(id, input.structure("InstanceType").text("Value"), guard, groups,
                input.structure("InstanceInitiatedShutdownBehavior").text("Value").map(InstanceAttributes::terminates), userData,
                BlockDevices.readChanges(input));
    }

    private static Optional<Boolean> flag(Structure attribute) {
        return attribute.has("Value") ? Optional.of(attribute.flag("Value")) : Optional.empty();
    }

    /** The older way: one attribute's name, and its value as text. */
    private static InstanceCommand.Modify byName(InstanceId id, Structure input) {
        String value = input.requiredText("Value");
        Optional<String> text = Optional.of(value);
        return switch (input.requiredText("Attribute")) {
            case "instanceType" -> change(id, text, Optional.empty(), Optional.empty(), Optional.empty());
            case "disableApiTermination" -> change(id, Optional.empty(), Optional.of(Boolean.valueOf(value)), Optional.empty(), Optional.empty());
            case "instanceInitiatedShutdownBehavior" -> change(id, Optional.empty(), Optional.empty(), Optional.of(terminates(value)),
                    Optional.empty());
            case "userData" -> {
                Launch.requireBase64(value);
                yield change(id, Optional.empty(), Optional.empty(), Optional.empty(), text);
            }
            default -> throw AwsException.refuse("UnsupportedOperation", "This attribute cannot be changed here.");
        };
    }

    private static InstanceCommand.Modify change(InstanceId id, Optional<String> type, Optional<Boolean> terminationProtected,
            Optional<Boolean> terminateOnStop, Optional<String> userData) {
        return new InstanceCommand.Modify(id, type, terminationProtected, Optional.empty(), terminateOnStop, userData, Map.of());
    }

    private static boolean terminates(String behavior) {
        return switch (behavior) {
            case "terminate" -> true;
            case "stop" -> false;
            default -> throw AwsException.invalid("instanceInitiatedShutdownBehavior", behavior, "It must be stop or terminate.");
        };
    }

    /** Only what cannot be changed here can be reset with EC2: it is as it was. */
    private Structure.Builder reset(Call call) {
        String attribute = call.input().requiredText("Attribute");
        if (!attribute.equals("sourceDestCheck")) {
            throw AwsException.refuse("UnsupportedOperation", "The attribute " + Text.brief(attribute) + " cannot be reset here.");
        }
        cloud.mine(call, cloud.inventory().instances(), Instance::owner, Kinds.INSTANCE, List.of(call.input().requiredText("InstanceId")));
        return call.output();
    }
}
