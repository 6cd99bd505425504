package org.kumiki.aws.ec2;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;

/** Images: looked for, registered by where they are, shared and forgotten. */
final class Images {

    private static final Set<String> SCHEMES = Set.of("http", "https", "file");
    private static final List<Image.Format> FOREIGN = List.of(Image.Format.VMDK, Image.Format.VDI, Image.Format.VHDX, Image.Format.VHD);

    private final Cloud cloud;

    Images(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeImages", this::describe)
                .query("DescribeImageAttribute", this::describeAttribute)
                .command("RegisterImage", this::register)
                .command("CreateImage", this::create)
                .command("DeregisterImage", this::deregister)
                .command("ModifyImageAttribute", this::modifyAttribute)
                .command("ResetImageAttribute", this::resetAttribute);
    }

    static Filters<Image> filters() {
        return new Filters<Image>()
                .on("image-id", image -> image.id().value())
                .on("name", Image::name)
                .on("description", Image::description)
                .on("architecture", Image::architecture)
                .on("state", Images::state)
                .on("owner-id", image -> image.owner().value())
                .on("is-public", image -> Boolean.toString(image.shared()))
                .on("manifest-location", Image::source)
                .on("creation-date", image -> XmlWriter.time(image.created()))
                .onOptional("state-reason-message", Image::reason)
                .always("image-type", "machine")
                .on("virtualization-type", Images::virtualization)
                .always("hypervisor", "xen")
                .on("root-device-type", Images::rootDeviceType)
                .onOptional("root-device-name", image -> image.root().map(BlockDevice::name))
                .always("ena-support", "false")
                .on("platform", image -> null)
                .on("owner-alias", image -> null)
                .on("product-code", image -> null)
                .on("kernel-id", image -> null)
                .on("ramdisk-id", image -> null)
                .onAll("block-device-mapping.snapshot-id",
                        image -> image.devices().stream().flatMap(device -> device.snapshot().stream()).map(SnapshotId::value).toList())
                .onAll("block-device-mapping.device-name", image -> image.devices().stream().map(BlockDevice::name).toList())
                .onAll("block-device-mapping.volume-size",
                        image -> image.devices().stream().map(device -> Integer.toString(Volumes.gib(device.sizeMiB()))).toList())
                .onAll("block-device-mapping.delete-on-termination",
                        image -> image.devices().stream().map(device -> Boolean.toString(device.deleteOnTermination())).toList())
                .onAll("block-device-mapping.volume-type", image -> image.devices().stream().map(device -> Volumes.TYPE).toList())
                .onTags(Image::tags);
    }

    private Structure.Builder describe(Call call) {
        Structure input = call.input();
        AccountId account = cloud.account(call);
        Predicate<Image> visible = image -> image.shared() || image.owner().equals(account);
        Stream<Image> images = Cloud.select(cloud.inventory().images(), visible, Kinds.IMAGE, input.texts("ImageIds")).stream()
                .filter(ownedBy(input.texts("Owners"), account))
                .filter(executableBy(input.texts("ExecutableUsers"), account))
                .filter(filters().of(call));
        Page<Image> page = Page.of(call, images.toList(), image -> image.id().value(), 1, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("Images", page.items(),
                (image, out) -> write(image, call.version(), out));
    }

    private static Predicate<Image> ownedBy(List<String> owners, AccountId account) {
        return image -> owners.isEmpty() || owners.contains(image.owner().value()) || owners.contains("self")
                && image.owner().equals(account);
    }

    private static Predicate<Image> executableBy(List<String> users, AccountId account) {
        return image -> users.isEmpty() || users.contains("all") && image.shared()
                || (users.contains("self") || users.contains(account.value())) && image.owner().equals(account);
    }

    static void write(Image image, String version, Structure.Builder out) {
        out.put("ImageId", image.id().value()).put("Name", image.name()).put("Description", image.description())
                .put("ImageLocation", image.owner() + "/" + image.name()).put("OwnerId", image.owner().value())
                .put("Architecture", image.architecture()).put("ImageType", "machine").put("Public", image.shared())
                .put("State", state(image)).put("CreationDate", XmlWriter.time(image.created()))
                .put("ProductCodes", List.of()).put("EnaSupport", false).put("Hypervisor", "xen")
                .put("VirtualizationType", virtualization(image))
                .put("RootDeviceName", image.root().map(BlockDevice::name).orElse(null)).put("RootDeviceType", rootDeviceType(image))
                .put("PlatformDetails", "Linux/UNIX").put("UsageOperation", "RunInstances");
        BlockDevices.write(image.devices(), version, out);
        image.reason().ifPresent(reason -> out.structure("StateReason",
                why -> why.put("Code", "Client.UserInitiated").put("Message", reason)));
        Tags.put(out, image.tags());
    }

    /** In EC2's words: a paravirtual machine is given its kernel from outside, others find a boot loader on their disk. */
    private static String virtualization(Image image) {
        return image.format() == Image.Format.KERNEL ? "paravirtual" : "hvm";
    }

    private static String rootDeviceType(Image image) {
        return image.devices().isEmpty() ? "instance-store" : "ebs";
    }

    private static String state(Image image) {
        return image.state().name().toLowerCase(Locale.ROOT);
    }

    /** An image is registered by where its disk is: at some location, or in a snapshot. */
    private CompletionStage<Structure.Builder> register(Call call) {
        return call.input().has("BlockDeviceMappings") ? registerSnapshot(call) : registerLocation(call);
    }

    private CompletionStage<Structure.Builder> registerSnapshot(Call call) {
        Structure input = call.input();
        Parameters.only(input, "Name", "Description", "Architecture", "RootDeviceName", "VirtualizationType", "BootMode", "BlockDeviceMappings",
                "TagSpecifications");
        ImageCommand.RegisterSnapshot command = new ImageCommand.RegisterSnapshot(input.requiredText("Name"), input.text("Description", ""),
                input.text("Architecture", "x86_64"), BlockDevices.name(input.text("RootDeviceName", BlockDevice.ROOT)),
                BlockDevices.read(input), Tags.of(input, Kinds.IMAGE, "snapshot"));
        return cloud.submit(call, command, image -> call.output().put("ImageId", image.id().value()));
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Structure input = call.input();
        Parameters.only(input, "InstanceId", "Name", "Description", "NoReboot", "BlockDeviceMappings", "TagSpecifications");
        ImageCommand.Create command = new ImageCommand.Create(Kinds.INSTANCE.id(input.requiredText("InstanceId")), input.requiredText("Name"),
                input.text("Description", ""), !input.flag("NoReboot"), BlockDevices.read(input), Tags.of(input, Kinds.IMAGE, "snapshot"),
                Tags.of(input, Kinds.SNAPSHOT, "image"));
        return cloud.submit(call, command, image -> call.output().put("ImageId", image.id().value()));
    }

    /** The location is that of the disk itself: in a bucket, or at an address that Kumiki fetches it from. */
    private CompletionStage<Structure.Builder> registerLocation(Call call) {
        Structure input = call.input();
        Parameters.only(input, "Name", "Description", "ImageLocation", "Architecture", "RootDeviceName", "VirtualizationType", "BootMode",
                "TagSpecifications");
        String location = input.requiredText("ImageLocation");
        if (!location.contains("://") && !location.startsWith("file:")) {
            TransferCommand.RegisterImage command = new TransferCommand.RegisterImage(input.requiredText("Name"), input.text("Description", ""),
                    input.text("Architecture", "x86_64"), BucketSource.ofLocation(location), Tags.of(input, Kinds.IMAGE, "snapshot"));
            return BucketSource.saying("InvalidManifest", cloud.submit(call, command, image -> call.output().put("ImageId", image.id().value())));
        }
        URI source = location(location);
        ImageCommand.Register command = new ImageCommand.Register(input.requiredText("Name"), input.text("Description", ""),
                input.text("Architecture", "x86_64"), source, format(source), Optional.empty(), Tags.of(input, Kinds.IMAGE, "snapshot"));
        return cloud.submit(call, command, image -> call.output().put("ImageId", image.id().value()));
    }

    private static URI location(String text) {
        try {
            URI location = new URI(text);
            if (location.getScheme() != null && SCHEMES.contains(location.getScheme().toLowerCase(Locale.ROOT))) {
                return location;
            }
        } catch (URISyntaxException e) {
            // answered below
        }
        throw AwsException.invalid("imageLocation", text, "It must be bucket/name, or a URL of the kind http, https or file.");
    }

    /** Declared by the name, never guessed from the content, which is the sender's. */
    private static Image.Format format(URI source) {
        String path = String.valueOf(source.getPath()).toLowerCase(Locale.ROOT);
        if (path.endsWith(".qcow2")) {
            return Image.Format.QCOW2;
        }
        if (path.endsWith(".raw") || path.endsWith(".img")) {
            return Image.Format.RAW;
        }
        for (Image.Format foreign : FOREIGN) {
            if (path.endsWith("." + foreign.name().toLowerCase(Locale.ROOT))) {
                return foreign;
            }
        }
        throw AwsException.invalid("imageLocation", source.toString(), "Its name must end in .qcow2, .raw, .img, .vmdk, .vdi, .vhdx or .vhd.");
    }

    private CompletionStage<Structure.Builder> deregister(Call call) {
        Parameters.only(call.input(), "ImageId");
        return cloud.submit(call, new ImageCommand.Deregister(id(call)), image -> call.output());
    }

    private static ImageId id(Call call) {
        return Kinds.IMAGE.id(call.input().requiredText("ImageId"));
    }

    private Image mine(Call call) {
        return cloud.mine(call, cloud.inventory().images(), Image::owner, Kinds.IMAGE,
                List.of(call.input().requiredText("ImageId"))).get(0);
    }

    private Structure.Builder describeAttribute(Call call) {
        Image image = mine(call);
        Structure.Builder out = call.output().put("ImageId", image.id().value());
        String attribute = call.input().requiredText("Attribute");
        switch (attribute) {
            case "description" -> out.structure("Description", value -> value.put("Value", image.description()));
            case "launchPermission" -> out.list("LaunchPermissions", image.shared() ? List.of("all") : List.<String>of(),
                    (group, permission) -> permission.put("Group", group));
            case "productCodes" -> out.put("ProductCodes", List.of());
            case "blockDeviceMapping" -> BlockDevices.write(image.devices(), call.version(), out);
            case "kernel" -> out.structure("KernelId", value -> { });
            case "ramdisk" -> out.structure("RamdiskId", value -> { });
            case "sriovNetSupport" -> out.structure("SriovNetSupport", value -> { });
            case "bootMode" -> out.structure("BootMode", value -> value.put("Value", "legacy-bios"));
            default -> throw AwsException.refuse("UnsupportedOperation", "The attribute " + attribute + " is not kept here.");
        }
        return out;
    }

    /** An image is either for its owner or for all. */
    private CompletionStage<Structure.Builder> modifyAttribute(Call call) {
        Structure input = call.input();
        Parameters.only(input, "ImageId", "Attribute", "LaunchPermission", "OperationType", "UserGroups");
        Sharing sharing = Sharing.of(input, "LaunchPermission", "UserGroups");
        return cloud.submit(call, new ImageCommand.Share(id(call), sharing.withAll()), image -> call.output());
    }

    private CompletionStage<Structure.Builder> resetAttribute(Call call) {
        return cloud.submit(call, new ImageCommand.Share(id(call), false), image -> call.output());
    }
}
