package org.kumiki.aws.ec2;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Images that go to buckets: as a whole, to be restored, or their disk alone. */
final class ExportTasks {

    private final Cloud cloud;

    ExportTasks(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.command("CreateStoreImageTask", this::store)
                .query("DescribeStoreImageTasks", this::describeStored)
                .command("CreateRestoreImageTask", this::restore)
                .command("ExportImage", this::export)
                .query("DescribeExportImageTasks", this::describeExports);
    }

    static Filters<Transfer> storeFilters() {
        return new Filters<Transfer>().on("bucket", transfer -> transfer.object().bucket()).on("task-state", ExportTasks::storeState);
    }

    private static Filters<Transfer> exportFilters() {
        return new Filters<Transfer>().on("task-state", ImportTasks::state).onTags(Transfer::tags);
    }

    private CompletionStage<Structure.Builder> store(Call call) {
        Structure input = call.input();
        Map<String, String> tags = new LinkedHashMap<>();
        for (Structure tag : input.structures("S3ObjectTags")) {
            tags.put(tag.requiredText("Key"), tag.text("Value", ""));
        }
        TransferCommand.StoreImage command = new TransferCommand.StoreImage(Kinds.IMAGE.id(input.requiredText("ImageId")), input.requiredText("Bucket"),
                tags);
        return cloud.submit(call, command, transfer -> call.output().put("ObjectKey", transfer.object().key()));
    }

    private Structure.Builder describeStored(Call call) {
        List<ImageId> images = Kinds.IMAGE.ids(call.input().texts("ImageIds"));
        List<Transfer> transfers = cloud.mine(call, cloud.inventory().transfers(), Transfer::owner).stream()
                .filter(transfer -> transfer.kind() == Transfer.Kind.STORE_IMAGE)
                .filter(transfer -> images.isEmpty() || images.contains(transfer.image().orElseThrow())).filter(storeFilters().of(call)).toList();
        for (ImageId image : images) {
            if (transfers.stream().noneMatch(transfer -> transfer.image().equals(Optional.of(image)))) {
                cloud.mine(call, cloud.inventory().images(), Image::owner, Kinds.IMAGE, List.of(image.value()));
            }
        }
        Page<Transfer> page = Page.of(call, transfers, transfer -> transfer.id().value(), 1, 200);
        return call.output().put("NextToken", page.next().orElse(null)).list("StoreImageTaskResults", page.items(), (transfer, out) -> out
                .put("AmiId", transfer.image().orElseThrow().value()).put("TaskStartTime", transfer.began()).put("Bucket", transfer.object().bucket())
                .put("S3objectKey", transfer.object().key()).put("StoreTaskState", storeState(transfer))
                .put("StoreTaskFailureReason", transfer.reason().orElse(null))
                .put("ProgressPercentage", transfer.state() == Transfer.State.COMPLETED ? 100 : cloud.datacenter().percent(transfer.id()).orElse(0)));
    }

    private static String storeState(Transfer transfer) {
        return switch (transfer.state()) {
            case ACTIVE -> "InProgress";
            case COMPLETED -> "Completed";
            case FAILED -> "Failed";
        };
    }

    private CompletionStage<Structure.Builder> restore(Call call) {
        Structure input = call.input();
        TransferCommand.RestoreImage command = new TransferCommand.RestoreImage(input.requiredText("Bucket"), input.requiredText("ObjectKey"),
                input.text("Name").filter(name -> !name.isEmpty()), Tags.of(input, Kinds.IMAGE, "snapshot"), Tags.of(input, Kinds.SNAPSHOT, "image"));
        return cloud.submit(call, command, image -> call.output().put("ImageId", image.id().value()));
    }

    private CompletionStage<Structure.Builder> export(Call call) {
        Structure input = call.input();
        Parameters.only(input, "ClientToken", "Description", "DiskImageFormat", "ImageId", "S3ExportLocation", "RoleName", "TagSpecifications");
        Structure location = input.structure("S3ExportLocation");
        TransferCommand.ExportImage command = new TransferCommand.ExportImage(Kinds.IMAGE.id(input.requiredText("ImageId")),
                format(input.requiredText("DiskImageFormat")), location.requiredText("S3Bucket"), location.text("S3Prefix", ""),
                input.text("Description", ""), ImportTasks.token(input), Tags.of(input, Kinds.EXPORT_IMAGE));
        return cloud.submit(call, command, transfer -> {
            Structure.Builder out = call.output();
            write(transfer, out);
            return out.put("DiskImageFormat", transfer.format().name());
        });
    }

    private static DiskExport.Format format(String name) {
        try {
            return DiskExport.Format.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw AwsException.invalid("diskImageFormat", name, "Expecting one of QCOW2, RAW, VMDK, VHD, VDI and VHDX.");
        }
    }

    private Structure.Builder describeExports(Call call) {
        List<Transfer> transfers = cloud.mine(call, cloud.inventory().transfers(), Transfer::owner, Kinds.EXPORT_IMAGE,
                call.input().texts("ExportImageTaskIds")).stream().filter(transfer -> transfer.kind() == Transfer.Kind.EXPORT_IMAGE)
                .filter(exportFilters().of(call)).toList();
        Page<Transfer> page = Page.of(call, transfers, transfer -> transfer.id().value(), 1, 500);
        return call.output().put("NextToken", page.next().orElse(null)).list("ExportImageTasks", page.items(), this::write);
    }

    private void write(Transfer transfer, Structure.Builder out) {
        String key = transfer.object().key();
        out.put("ExportImageTaskId", transfer.id().value()).put("Description", transfer.description())
                .put("ImageId", transfer.image().orElseThrow().value()).put("Status", ImportTasks.state(transfer))
                .put("StatusMessage", ImportTasks.message(transfer)).put("Progress", ImportTasks.progress(cloud, transfer).orElse(null))
                .structure("S3ExportLocation", location -> location.put("S3Bucket", transfer.object().bucket())
                        .put("S3Prefix", key.substring(0, key.length() - (transfer.id() + "." + transfer.format().extension()).length())));
        Tags.put(out, transfer.tags());
    }
}
