package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;

/** Volumes: made, attached, detached and deleted. */
final class Volumes {

    /** There is one kind of disk here, and EC2's word for an ordinary one is this. */
    static final String TYPE = "gp2";
    private static final Set<String> ORDINARY_TYPES = Set.of(TYPE, "gp3", "standard");
    private static final long MIB_PER_GIB = 1_024;

    private final Cloud cloud;

    Volumes(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeVolumes", this::describe)
                .query("DescribeVolumeStatus", this::describeStatus)
                .query("DescribeVolumeAttribute", this::describeAttribute)
                .query("DescribeVolumesModifications", this::describeModifications)
                .command("CreateVolume", this::create)
                .command("DeleteVolume", this::delete)
                .command("AttachVolume", this::attach)
                .command("DetachVolume", this::detach);
    }

    static Filters<Volume> filters(Region region) {
        return new Filters<Volume>()
                .on("volume-id", volume -> volume.id().value())
                .on("status", Volumes::label)
                .on("size", volume -> Integer.toString(gib(volume)))
                .on("snapshot-id", volume -> volume.origin().map(SnapshotId::value).orElse(""))
                .on("create-time", volume -> XmlWriter.time(volume.created()))
                .onOptional("attachment.instance-id", volume -> volume.attachment().map(on -> on.instance().value()))
                .onOptional("attachment.device", volume -> volume.attachment().map(Attachment::device))
                .onOptional("attachment.status", volume -> volume.attachment().map(on -> label(on.state())))
                .onOptional("attachment.delete-on-termination", volume -> volume.attachment().map(on -> "" + on.deleteOnTermination()))
                .onOptional("attachment.attach-time", volume -> volume.attachment().map(on -> XmlWriter.time(on.since())))
                .always("availability-zone", region.zone())
                .always("volume-type", TYPE)
                .always("encrypted", "false")
                .always("multi-attach-enabled", "false")
                .onTags(Volume::tags);
    }

    private List<Volume> mine(Call call) {
        return cloud.mine(call, cloud.inventory().volumes(), Volume::owner, Kinds.VOLUME, call.input().texts("VolumeIds"));
    }

    private Structure.Builder describe(Call call) {
        List<Volume> volumes = mine(call).stream().filter(filters(cloud.region()).of(call)).toList();
        Page<Volume> page = Page.of(call, volumes, volume -> volume.id().value(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("Volumes", page.items(), this::write);
    }

    private void write(Volume volume, Structure.Builder out) {
        out.put("VolumeId", volume.id().value()).put("Size", gib(volume)).put("State", label(volume)).put("CreateTime", volume.created())
                .put("SnapshotId", volume.origin().map(SnapshotId::value).orElse("")).put("AvailabilityZone", cloud.region().zone())
                .put("VolumeType", TYPE).put("Encrypted", false).put("MultiAttachEnabled", false)
                .list("Attachments", volume.attachment().map(List::of).orElse(List.of()), Volumes::write);
        Tags.put(out, volume.tags());
    }

    static void write(Attachment attachment, Structure.Builder out) {
        out.put("VolumeId", attachment.volume().value()).put("InstanceId", attachment.instance().value()).put("Device", attachment.device())
                .put("State", label(attachment.state())).put("AttachTime", attachment.since())
                .put("DeleteOnTermination", attachment.deleteOnTermination());
    }

    /** EC2 counts in whole GiB; a smaller rest is rounded up, so that a copy is never too small. */
    private static int gib(Volume volume) {
        return gib(volume.sizeMiB());
    }

    static int gib(long mib) {
        return Math.toIntExact((mib + MIB_PER_GIB - 1) / MIB_PER_GIB);
    }

    private static String label(Volume volume) {
        return switch (volume.state()) {
            case FAILED -> "error";
            case IN_USE -> "in-use";
            default -> volume.state().name().toLowerCase(Locale.ROOT);
        };
    }

    static String label(Attachment.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static Filters<Volume> statusFilters(Region region) {
        return new Filters<Volume>().always("availability-zone", region.zone()).on("volume-status.status", Volumes::health);
    }

    private static String health(Volume volume) {
        return volume.state() == Volume.State.FAILED ? "impaired" : "ok";
    }

    private Structure.Builder describeStatus(Call call) {
        List<Volume> volumes = mine(call).stream().filter(statusFilters(cloud.region()).of(call)).toList();
        Page<Volume> page = Page.of(call, volumes, volume -> volume.id().value(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("VolumeStatuses", page.items(), (volume, out) -> out
                .put("VolumeId", volume.id().value()).put("AvailabilityZone", cloud.region().zone())
                .structure("VolumeStatus", status -> status.put("Status", health(volume))));
    }

    private Structure.Builder describeAttribute(Call call) {
        Volume volume = cloud.mine(call, cloud.inventory().volumes(), Volume::owner, Kinds.VOLUME,
                List.of(call.input().requiredText("VolumeId"))).get(0);
        Structure.Builder out = call.output().put("VolumeId", volume.id().value());
        return call.input().requiredText("Attribute").equals("autoEnableIO")
                ? out.structure("AutoEnableIO", value -> value.put("Value", false))
                : out.put("ProductCodes", List.of());
    }

    /** Volumes keep their size here, so none was ever modified. */
    private Structure.Builder describeModifications(Call call) {
        mine(call);
        return call.output().put("VolumesModifications", List.of());
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Structure input = call.input();
        Parameters.only(input, "AvailabilityZone", "Size", "SnapshotId", "VolumeType", "TagSpecifications", "ClientToken");
        Places.requireZone(cloud.region(), input.requiredText("AvailabilityZone"));
        requireOrdinary(input);
        Optional<SnapshotId> origin = input.text("SnapshotId").filter(id -> !id.isEmpty()).map(Kinds.SNAPSHOT::id);
        if (origin.isEmpty() && !input.has("Size")) {
            throw AwsException.refuse("MissingParameter", "The request must contain the parameter size or snapshotId");
        }
        VolumeCommand.Create command = new VolumeCommand.Create(input.has("Size") ? mib(input, "Size") : 0, origin,
                input.text("ClientToken").filter(token -> !token.isEmpty()), Tags.of(input, Kinds.VOLUME));
        return cloud.submit(call, command, volume -> {
            Structure.Builder out = call.output();
            write(volume, out);
            return out;
        });
    }

    static void requireOrdinary(Structure input) {
        String type = input.text("VolumeType", TYPE);
        if (!ORDINARY_TYPES.contains(type)) {
            throw AwsException.refuse("UnsupportedOperation", "Volumes of the type " + Text.brief(type) + " are not offered here.");
        }
    }

    /** A size that is given in GiB. */
    static long mib(Structure input, String member) {
        int gib = input.number(member, 0);
        if (gib < 1) {
            throw AwsException.invalid(member.substring(0, 1).toLowerCase(Locale.ROOT) + member.substring(1), String.valueOf(gib),
                    "It must be at least 1.");
        }
        return gib * MIB_PER_GIB;
    }

    private CompletionStage<Structure.Builder> delete(Call call) {
        return cloud.submit(call, new VolumeCommand.Delete(Kinds.VOLUME.id(call.input().requiredText("VolumeId"))),
                volume -> call.output());
    }

    private CompletionStage<Structure.Builder> attach(Call call) {
        Structure input = call.input();
        String device = BlockDevices.name(input.requiredText("Device"));
        VolumeCommand.Attach command = new VolumeCommand.Attach(Kinds.VOLUME.id(input.requiredText("VolumeId")),
                Kinds.INSTANCE.id(input.requiredText("InstanceId")), device);
        return cloud.submit(call, command, attachment -> answer(call, attachment));
    }

    private CompletionStage<Structure.Builder> detach(Call call) {
        Structure input = call.input();
        VolumeCommand.Detach command = new VolumeCommand.Detach(Kinds.VOLUME.id(input.requiredText("VolumeId")),
                input.text("InstanceId").map(Kinds.INSTANCE::id), input.text("Device"), input.flag("Force"));
        return cloud.submit(call, command, attachment -> answer(call, attachment));
    }

    private static Structure.Builder answer(Call call, Attachment attachment) {
        Structure.Builder out = call.output();
        write(attachment, out);
        return out;
    }
}
