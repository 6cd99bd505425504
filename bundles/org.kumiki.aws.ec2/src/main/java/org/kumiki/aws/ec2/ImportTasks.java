package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Images and snapshots that are made of disks in buckets. */
final class ImportTasks {

    /** Whatever is wrong with an object when one is asked for. */
    private static final String WRONG_OBJECT = "InvalidParameter";

    private final Cloud cloud;

    ImportTasks(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.command("ImportImage", this::importImage)
                .query("DescribeImportImageTasks", this::describeImages)
                .command("ImportSnapshot", this::importSnapshot)
                .query("DescribeImportSnapshotTasks", this::describeSnapshots)
                .command("CancelImportTask", this::cancel);
    }

    private static Filters<Transfer> filters() {
        return new Filters<Transfer>().on("task-state", ImportTasks::state).onTags(Transfer::tags);
    }

    private CompletionStage<Structure.Builder> importImage(Call call) {
        Structure input = call.input();
        Parameters.only(input, "Architecture", "ClientData", "ClientToken", "Description", "DiskContainers", "Hypervisor", "LicenseType", "Platform",
                "RoleName", "TagSpecifications", "BootMode");
        List<Structure> containers = input.structures("DiskContainers");
        if (containers.size() != 1) {
            throw AwsException.refuse("InvalidParameter", "An image is imported from one disk; further ones can be imported as snapshots.");
        }
        if (!input.text("Platform", "Linux").equalsIgnoreCase("Linux")) {
            throw AwsException.refuse("UnsupportedOperation", "The platform " + Text.brief(input.text("Platform", "")) + " is not supported here.");
        }
        TransferCommand.ImportImage command = new TransferCommand.ImportImage(input.text("Description", ""), input.text("Architecture", "x86_64"),
                BucketSource.ofContainer(containers.get(0)), token(input), Tags.of(input, Kinds.IMPORT_IMAGE));
        return BucketSource.saying(WRONG_OBJECT, cloud.submit(call, command, transfer -> {
            Structure.Builder out = call.output();
            writeImage(transfer, out);
            return out;
        }));
    }

    private CompletionStage<Structure.Builder> importSnapshot(Call call) {
        Structure input = call.input();
        Parameters.only(input, "ClientData", "ClientToken", "Description", "DiskContainer", "RoleName", "TagSpecifications");
        TransferCommand.ImportSnapshot command = new TransferCommand.ImportSnapshot(input.text("Description", ""),
                BucketSource.ofContainer(input.structure("DiskContainer")), token(input), Tags.of(input, Kinds.IMPORT_SNAPSHOT));
        return BucketSource.saying(WRONG_OBJECT, cloud.submit(call, command, transfer -> {
            Structure.Builder out = call.output();
            writeSnapshot(transfer, out);
            return out;
        }));
    }

    static Optional<String> token(Structure input) {
        return input.text("ClientToken").filter(token -> !token.isEmpty());
    }

    private Structure.Builder describeImages(Call call) {
        Page<Transfer> page = page(call, Transfer.Kind.IMPORT_IMAGE, Kinds.IMPORT_IMAGE);
        return call.output().put("NextToken", page.next().orElse(null)).list("ImportImageTasks", page.items(), this::writeImage);
    }

    private Structure.Builder describeSnapshots(Call call) {
        Page<Transfer> page = page(call, Transfer.Kind.IMPORT_SNAPSHOT, Kinds.IMPORT_SNAPSHOT);
        return call.output().put("NextToken", page.next().orElse(null)).list("ImportSnapshotTasks", page.items(), this::writeSnapshot);
    }

    private Page<Transfer> page(Call call, Transfer.Kind kind, Kinds<TransferId> name) {
        List<Transfer> transfers = cloud.mine(call, cloud.inventory().transfers(), Transfer::owner, name, call.input().texts("ImportTaskIds")).stream()
                .filter(transfer -> transfer.kind() == kind).filter(filters().of(call)).toList();
        return Page.of(call, transfers, transfer -> transfer.id().value(), 1, 1_000);
    }

    private void writeImage(Transfer transfer, Structure.Builder out) {
        out.put("ImportTaskId", transfer.id().value()).put("Description", transfer.description()).put("Platform", "Linux").put("Encrypted", false)
                .put("Status", state(transfer)).put("StatusMessage", message(transfer)).put("Progress", progress(cloud, transfer).orElse(null))
                .put("ImageId", transfer.state() == Transfer.State.COMPLETED ? transfer.image().orElseThrow().value() : null);
        cloud.inventory().images().find(transfer.image().orElseThrow()).ifPresent(image -> out.put("Architecture", image.architecture()));
        out.list("SnapshotDetails", List.of(transfer), (one, disk) -> {
            disk.put("Format", one.format().name()).put("Status", state(one)).put("DiskImageSize", (double) one.object().length());
            bucket(one, disk);
        });
        Tags.put(out, transfer.tags());
    }

    private void writeSnapshot(Transfer transfer, Structure.Builder out) {
        out.put("ImportTaskId", transfer.id().value()).put("Description", transfer.description()).structure("SnapshotTaskDetail", detail -> {
            detail.put("Description", transfer.description()).put("Format", transfer.format().name()).put("Encrypted", false)
                    .put("DiskImageSize", (double) transfer.object().length()).put("StatusMessage", message(transfer))
                    .put("Status", transfer.state() == Transfer.State.FAILED ? "error" : state(transfer))
                    .put("Progress", progress(cloud, transfer).orElse(null)).put("SnapshotId", transfer.snapshot().map(SnapshotId::value).orElseThrow());
            bucket(transfer, detail);
        });
        Tags.put(out, transfer.tags());
    }

    private static void bucket(Transfer transfer, Structure.Builder out) {
        out.structure("UserBucket", bucket -> bucket.put("S3Bucket", transfer.object().bucket()).put("S3Key", transfer.object().key()));
    }

    /** In EC2's words. One that failed is deleted, and its message says why. */
    static String state(Transfer transfer) {
        return transfer.state() == Transfer.State.FAILED ? "deleted" : transfer.state().name().toLowerCase(Locale.ROOT);
    }

    static String message(Transfer transfer) {
        return transfer.reason().map(reason -> "ClientError: " + reason).orElse(transfer.isActive() ? "converting" : null);
    }

    /** In percent, without the sign. */
    static Optional<String> progress(Cloud cloud, Transfer transfer) {
        return transfer.isActive() ? Optional.of(Integer.toString(cloud.datacenter().percent(transfer.id()).orElse(0))) : Optional.empty();
    }

    private CompletionStage<Structure.Builder> cancel(Call call) {
        Parameters.only(call.input(), "CancelReason", "ImportTaskId");
        String id = call.input().requiredText("ImportTaskId");
        TransferId transfer = (id.startsWith(Kinds.IMPORT_SNAPSHOT.prefix()) ? Kinds.IMPORT_SNAPSHOT : Kinds.IMPORT_IMAGE).id(id);
        return cloud.submit(call, new TransferCommand.Cancel(transfer), cancelled -> call.output().put("ImportTaskId", id)
                .put("PreviousState", "active").put("State", state(cancelled)));
    }
}
