package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.kumiki.api.command.SnapshotCommand;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;

/** Snapshots of volumes. */
final class Snapshots {

    private final Cloud cloud;

    Snapshots(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeSnapshots", this::describe)
                .query("DescribeSnapshotAttribute", this::describeAttribute)
                .command("CreateSnapshot", this::create)
                .command("DeleteSnapshot", this::delete)
                .command("ModifySnapshotAttribute", this::modifyAttribute)
                .command("ResetSnapshotAttribute", this::resetAttribute);
    }

    static Filters<Snapshot> filters(Cloud cloud) {
        return new Filters<Snapshot>()
                .on("snapshot-id", snapshot -> snapshot.id().value())
                .on("volume-id", snapshot -> snapshot.volume().value())
                .on("owner-id", snapshot -> snapshot.owner().value())
                .on("description", Snapshot::description)
                .on("status", Snapshots::state)
                .on("progress", snapshot -> progress(cloud, snapshot))
                .on("start-time", snapshot -> XmlWriter.time(snapshot.started()))
                .on("volume-size", snapshot -> Integer.toString(Volumes.gib(snapshot.sizeMiB())))
                .always("encrypted", "false")
                .always("storage-tier", "standard")
                .on("owner-alias", snapshot -> null)
                .onTags(Snapshot::tags);
    }

    private Structure.Builder describe(Call call) {
        Structure input = call.input();
        AccountId account = cloud.account(call);
        List<String> owners = input.texts("OwnerIds");
        List<String> restorers = input.texts("RestorableByUserIds");
        Stream<Snapshot> snapshots = Cloud.select(cloud.inventory().snapshots(),
                snapshot -> snapshot.shared() || snapshot.owner().equals(account), Kinds.SNAPSHOT, input.texts("SnapshotIds")).stream()
                .filter(snapshot -> owners.isEmpty() || owners.contains(snapshot.owner().value())
                        || owners.contains("self") && snapshot.owner().equals(account))
                .filter(snapshot -> restorers.isEmpty() || restorers.contains("all") && snapshot.shared()
                        || (restorers.contains("self") || restorers.contains(account.value())) && snapshot.owner().equals(account))
                .filter(filters(cloud).of(call));
        Page<Snapshot> page = Page.of(call, snapshots.toList(), snapshot -> snapshot.id().value(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("Snapshots", page.items(), this::write);
    }

    private void write(Snapshot snapshot, Structure.Builder out) {
        out.put("SnapshotId", snapshot.id().value()).put("VolumeId", snapshot.volume().value()).put("OwnerId", snapshot.owner().value())
                .put("VolumeSize", Volumes.gib(snapshot.sizeMiB())).put("Description", snapshot.description())
                .put("StartTime", snapshot.started()).put("State", state(snapshot)).put("Progress", progress(cloud, snapshot))
                .put("StateMessage", snapshot.reason().orElse(null))
                .put("Encrypted", false).put("StorageTier", "standard");
        Tags.put(out, snapshot.tags());
    }

    private static String state(Snapshot snapshot) {
        return snapshot.state() == Snapshot.State.FAILED ? "error" : snapshot.state().name().toLowerCase(Locale.ROOT);
    }

    private static String progress(Cloud cloud, Snapshot snapshot) {
        return (snapshot.state() == Snapshot.State.COMPLETED ? 100 : cloud.datacenter().percent(snapshot.id()).orElse(0)) + "%";
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Structure input = call.input();
        Parameters.only(input, "VolumeId", "Description", "TagSpecifications");
        SnapshotCommand.Create command = new SnapshotCommand.Create(Kinds.VOLUME.id(input.requiredText("VolumeId")),
                input.text("Description", ""), Tags.of(input, Kinds.SNAPSHOT));
        return cloud.submit(call, command, snapshot -> {
            Structure.Builder out = call.output();
            write(snapshot, out);
            return out;
        });
    }

    private static SnapshotId id(Call call) {
        return Kinds.SNAPSHOT.id(call.input().requiredText("SnapshotId"));
    }

    private CompletionStage<Structure.Builder> delete(Call call) {
        return cloud.submit(call, new SnapshotCommand.Delete(id(call)), snapshot -> call.output());
    }

    private Structure.Builder describeAttribute(Call call) {
        Snapshot snapshot = cloud.mine(call, cloud.inventory().snapshots(), Snapshot::owner, Kinds.SNAPSHOT,
                List.of(id(call).value())).get(0);
        Structure.Builder out = call.output().put("SnapshotId", snapshot.id().value());
        return call.input().requiredText("Attribute").equals("productCodes")
                ? out.put("ProductCodes", List.of())
                : out.list("CreateVolumePermissions", snapshot.shared() ? List.of("all") : List.<String>of(),
                        (group, permission) -> permission.put("Group", group));
    }

    private CompletionStage<Structure.Builder> modifyAttribute(Call call) {
        Parameters.only(call.input(), "SnapshotId", "Attribute", "CreateVolumePermission", "OperationType", "GroupNames");
        Sharing sharing = Sharing.of(call.input(), "CreateVolumePermission", "GroupNames");
        return cloud.submit(call, new SnapshotCommand.Share(id(call), sharing.withAll()), snapshot -> call.output());
    }

    private CompletionStage<Structure.Builder> resetAttribute(Call call) {
        if (!call.input().requiredText("Attribute").equals("createVolumePermission")) {
            throw AwsException.refuse("UnsupportedOperation", "Only createVolumePermission can be reset.");
        }
        return cloud.submit(call, new SnapshotCommand.Share(id(call), false), snapshot -> call.output());
    }
}
