package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.SnapshotCommand;
import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.command.TransferCommand.Source;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.StorageException;

/** What comes out of buckets and goes there, and everything that can go wrong on the way. */
class TransferTest {

    private static final byte[] CONTENT = "the bytes of a disk".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path data;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
        rig.objects.buckets.put("mine", Rig.ROOT.account());
        rig.objects.buckets.put("theirs", Rig.OTHER.account());
        rig.objects.objects.put("mine/disk.raw", CONTENT);
        rig.objects.objects.put("theirs/disk.raw", CONTENT);
        rig.objects.objects.put("mine/evil.raw", "evil bytes".getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void stop() {
        rig.objects.gate.complete(null);
        rig.close();
    }

    @Test
    void anImageIsMadeOfAnObject() {
        Image pending = rig.ask(register("disk.raw"));

        assertThat(pending.state()).isEqualTo(Image.State.PENDING);
        Image image = await(pending.id(), Image.State.AVAILABLE);
        assertThat(image.source()).isEqualTo("mine/disk.raw");
        assertThat(image.sizeMiB()).isEqualTo(1_024);
        assertThat(rig.imported.get(image.id())).isEqualTo(CONTENT);
        rig.await(rig.ask(new InstanceCommand.Launch(Rig.spec(image.id(), PlacementRules.ANYWHERE), List.of(), 1, 1,
                Optional.empty(), Map.of(), Map.of(), false)).instances().get(0).id(), InstanceState.RUNNING);
    }

    @Test
    void whatIsPackedIsUnpackedOnTheWay() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(CONTENT);
        }
        rig.objects.objects.put("mine/disk.raw.gz", packed.toByteArray());
        rig.objects.objects.put("mine/torn.raw.gz", Arrays.copyOf(packed.toByteArray(), packed.size() - 6));

        ImageId whole = rig.ask(new TransferCommand.RegisterImage("whole", "", "x86_64", new Source("mine", "disk.raw.gz", Disk.Format.RAW, true), Map.of())).id();
        ImageId torn = rig.ask(new TransferCommand.RegisterImage("torn", "", "x86_64", new Source("mine", "torn.raw.gz", Disk.Format.RAW, true), Map.of())).id();
        ImageId none = rig.ask(new TransferCommand.RegisterImage("none", "", "x86_64", new Source("mine", "disk.raw", Disk.Format.RAW, true), Map.of())).id();

        await(whole, Image.State.AVAILABLE);
        assertThat(rig.imported.get(whole)).isEqualTo(CONTENT);
        assertThat(await(torn, Image.State.FAILED).reason().orElseThrow()).contains("ends before what is packed in it");
        assertThat(await(none, Image.State.FAILED).reason().orElseThrow()).contains("not packed by gzip");
        assertThat(rig.imported).containsOnlyKeys(whole);
    }

    @Test
    void whatTheStoreRefusesHasFailedAndSaysWhy() {
        Image image = await(rig.ask(register("evil.raw")).id(), Image.State.FAILED);

        assertThat(image.reason()).contains("This disk is refused: it names a backing file.");
        assertThat(rig.datacenter.inventory().transfers().stream()).singleElement().satisfies(transfer -> {
            assertThat(transfer.state()).isEqualTo(Transfer.State.FAILED);
            assertThat(transfer.reason()).isEqualTo(image.reason());
        });
    }

    @Test
    void whatCannotBeReadIsRefusedAtOnceAndNothingIsBegun() {
        refused(new Source("none", "disk.raw", Disk.Format.RAW, false), Reason.NOT_FOUND, Kind.BUCKET);
        refused(new Source("mine", "none.raw", Disk.Format.RAW, false), Reason.NOT_FOUND, Kind.OBJECT);
        refused(new Source("theirs", "disk.raw", Disk.Format.RAW, false), Reason.DENIED, Kind.OBJECT);

        assertThat(rig.datacenter.inventory().images().size()).isEqualTo(2);
        assertThat(rig.datacenter.inventory().snapshots().size()).isZero();
        assertThat(rig.datacenter.inventory().transfers().size()).isZero();
    }

    private void refused(Source source, Reason reason, Kind kind) {
        for (TransferCommand<?> command : List.of(new TransferCommand.RegisterImage("name", "", "x86_64", source, Map.of()),
                new TransferCommand.ImportImage("", "x86_64", source, Optional.empty(), Map.of()),
                new TransferCommand.ImportSnapshot("", source, Optional.empty(), Map.of()),
                new TransferCommand.RestoreImage(source.bucket(), source.key(), Optional.empty(), Map.of(), Map.of()))) {
            assertThatThrownBy(() -> rig.ask(command)).as(command.toString()).isInstanceOfSatisfying(DatacenterException.class, e -> {
                assertThat(e.reason()).isEqualTo(reason);
                assertThat(e.kind()).isEqualTo(kind);
            });
        }
    }

    @Test
    void anObjectThatIsDeletedOrReplacedBeforeItIsReadIsNotRead() {
        rig.objects.gate = new CompletableFuture<>();
        ImageId first = rig.ask(register("disk.raw")).id();
        rig.restart(); // which begins anew
        rig.objects.objects.put("mine/disk.raw", "something else".getBytes(StandardCharsets.US_ASCII));
        rig.objects.gate.complete(null);
        rig.restart();

        Image image = rig.await(inventory -> state(first).filter(state -> state != Image.State.PENDING).isPresent()).images().find(first).orElseThrow();
        if (image.state() == Image.State.FAILED) {
            assertThat(image.reason().orElseThrow()).contains("was replaced meanwhile");
        } else {
            assertThat(rig.imported.get(first)).isEqualTo(CONTENT); // it had been opened before
        }
    }

    @Test
    void howFarItIsCanBeSeen() {
        rig.objects.gate = new CompletableFuture<>();
        Transfer transfer = rig.ask(new TransferCommand.ImportImage("", "x86_64", source("disk.raw"), Optional.empty(), Map.of()));

        while (rig.datacenter.percent(transfer.id()).isEmpty()) { // no event tells of it
            Thread.onSpinWait();
        }
        assertThat(rig.datacenter.percent(transfer.id())).hasValue(100 * (CONTENT.length / 2) / CONTENT.length);
        rig.objects.gate.complete(null);
        await(transfer.image().orElseThrow(), Image.State.AVAILABLE);
        assertThat(rig.datacenter.percent(transfer.id())).isEmpty();
    }

    @Test
    void aKillInTheMiddleMakesItBeginAnewOnce() {
        rig.objects.gate = new CompletableFuture<>();
        ImageId image = rig.ask(register("disk.raw")).id();
        SnapshotId snapshot = rig.ask(new TransferCommand.ImportSnapshot("", source("disk.raw"), Optional.empty(), Map.of())).snapshot().orElseThrow();
        CompletableFuture<Void> before = rig.objects.gate;
        rig.objects.gate = CompletableFuture.completedFuture(null);

        rig.restart();

        await(image, Image.State.AVAILABLE);
        rig.await(inventory -> inventory.snapshots().find(snapshot).filter(found -> found.state() == Snapshot.State.COMPLETED).isPresent());
        assertThat(rig.imported.get(image)).isEqualTo(CONTENT);
        assertThat(rig.shelf.imported.get(snapshot)).isEqualTo(CONTENT);
        assertThat(rig.datacenter.inventory().transfers().stream()).extracting(Transfer::state).containsOnly(Transfer.State.COMPLETED).hasSize(2);
        before.complete(null);
    }

    @Test
    void whatIsCancelledLeavesNothing() {
        rig.objects.gate = new CompletableFuture<>();
        Transfer transfer = rig.ask(new TransferCommand.ImportImage("", "x86_64", source("disk.raw"), Optional.empty(), Map.of()));

        assertThat(rig.ask(new TransferCommand.Cancel(transfer.id())).state()).isEqualTo(Transfer.State.FAILED);
        rig.objects.gate.complete(null);

        assertThat(await(transfer.image().orElseThrow(), Image.State.FAILED).reason()).contains("It was cancelled");
        awaitCall("delete " + transfer.image().get());
        assertThat(rig.imported).isEmpty();
        assertThatThrownBy(() -> rig.ask(new TransferCommand.Cancel(transfer.id()))).isInstanceOfSatisfying(DatacenterException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_STATE));
    }

    @Test
    void whatIsDeletedWhileItIsMadeIsGoneInTheEnd() {
        rig.objects.gate = new CompletableFuture<>();
        ImageId image = rig.ask(register("disk.raw")).id();
        SnapshotId snapshot = rig.ask(new TransferCommand.ImportSnapshot("", source("disk.raw"), Optional.empty(), Map.of())).snapshot().orElseThrow();

        rig.ask(new ImageCommand.Deregister(image));
        rig.ask(new SnapshotCommand.Delete(snapshot));
        rig.objects.gate.complete(null);

        awaitCall("delete " + image);
        awaitCall("delete " + snapshot);
        assertThat(rig.imported).isEmpty();
        assertThat(rig.shelf.snapshots).isEmpty();
        assertThat(rig.datacenter.inventory().transfers().stream()).extracting(Transfer::state).containsOnly(Transfer.State.FAILED);
    }

    @Test
    void aSnapshotIsMadeOfAnObjectAndAVolumeOfThat() {
        Transfer transfer = rig.ask(new TransferCommand.ImportSnapshot("mine", source("disk.raw"), Optional.empty(), Map.of("k", "v")));

        SnapshotId id = transfer.snapshot().orElseThrow();
        Snapshot snapshot = rig.await(inventory -> inventory.snapshots().find(id).filter(found -> found.state() == Snapshot.State.COMPLETED).isPresent())
                .snapshots().find(id).orElseThrow();
        assertThat(snapshot.sizeMiB()).isEqualTo(2_048);
        assertThat(snapshot.volume()).isEqualTo(Snapshot.OF_NO_VOLUME);
        assertThat(rig.shelf.archived).containsEntry(id, id.value());
        Volume volume = rig.ask(new VolumeCommand.Create(0, Optional.of(id), Optional.empty(), Map.of()));
        rig.await(inventory -> inventory.volumes().find(volume.id()).filter(made -> made.state() == Volume.State.AVAILABLE).isPresent());
    }

    @Test
    void theSameTokenBeginsOnce() {
        TransferCommand.ImportImage command = new TransferCommand.ImportImage("", "x86_64", source("disk.raw"), Optional.of("token"), Map.of());

        assertThat(rig.ask(command).id()).isEqualTo(rig.ask(command).id());
        assertThatThrownBy(() -> rig.ask(new TransferCommand.ImportImage("", "x86_64", source("evil.raw"), Optional.of("token"), Map.of())))
                .isInstanceOfSatisfying(DatacenterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOKEN_REUSED));
    }

    @Test
    void anAccountHasOnlySoManyOnTheirWay() {
        rig.objects.gate = new CompletableFuture<>();
        for (int i = 0; i < TransferCommands.MOST_ACTIVE; i++) {
            rig.ask(new TransferCommand.ImportSnapshot("", source("disk.raw"), Optional.empty(), Map.of()));
        }

        assertThatThrownBy(() -> rig.ask(register("disk.raw"))).isInstanceOfSatisfying(DatacenterException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
        assertThat(rig.datacenter.inventory().images().size()).isEqualTo(2);
    }

    @Test
    void aStoredImageComesBackWithAllItsDisks() {
        SnapshotId root = imported();
        SnapshotId more = imported();
        Image image = rig.ask(new ImageCommand.RegisterSnapshot("original", "of two disks", "x86_64", BlockDevice.ROOT,
                List.of(device("/dev/sdf", Optional.of(more), 4_096L), device("/dev/sdg", Optional.empty(), 1_024L),
                        device(BlockDevice.ROOT, Optional.of(root), 2_048L)), Map.of("colour", "red")));

        Transfer stored = await(rig.ask(new TransferCommand.StoreImage(image.id(), "mine", Map.of("by", "me"))).id());
        assertThat(stored.object().location()).isEqualTo("mine/" + image.id() + ".bin");
        assertThat(stored.state()).isEqualTo(Transfer.State.COMPLETED);
        assertThat(rig.objects.tags.get("mine/" + image.id() + ".bin")).containsEntry("by", "me");
        assertThatThrownBy(() -> rig.ask(new TransferCommand.RestoreImage("mine", stored.object().key(), Optional.empty(), Map.of(), Map.of())))
                .hasMessageContaining("original"); // there is one of that name
        Image restored = rig.ask(new TransferCommand.RestoreImage("mine", stored.object().key(), Optional.of("again"), Map.of("new", "one"),
                Map.of("k", "v")));

        assertThat(restored.state()).isEqualTo(Image.State.PENDING);
        Image whole = await(restored.id(), Image.State.AVAILABLE);
        assertThat(whole.description()).isEqualTo("of two disks");
        assertThat(whole.tags()).containsOnly(Map.entry("colour", "red"), Map.entry("new", "one"));
        assertThat(whole.devices()).extracting(BlockDevice::name).containsExactly(BlockDevice.ROOT, "/dev/sdf", "/dev/sdg");
        assertThat(whole.devices()).extracting(BlockDevice::sizeMiB).containsExactly(2_048L, 4_096L, 1_024L);
        assertThat(whole.devices().get(2).snapshot()).isEmpty();
        for (BlockDevice device : whole.devices().subList(0, 2)) {
            assertThat(rig.shelf.imported.get(device.snapshot().orElseThrow())).isEqualTo(CONTENT);
        }
    }

    @Test
    void anImageThatBootsWithAKernelComesBackIfThatKernelIsThere() {
        Image image = rig.ask(register("disk.raw"));
        await(image.id(), Image.State.AVAILABLE);
        Transfer stored = await(rig.ask(new TransferCommand.StoreImage(image.id(), "mine", Map.of())).id());
        byte[] object = rig.objects.objects.get(stored.object().location());
        String text = new String(object, StandardCharsets.ISO_8859_1);
        rig.objects.objects.put("mine/kernel.bin", withBase(text, Rig.DISK_IMAGE.value()));
        rig.objects.objects.put("mine/other.bin", withBase(text, "ami-0123456789abcdef0"));

        Image restored = rig.ask(new TransferCommand.RestoreImage("mine", "kernel.bin", Optional.of("with a kernel"), Map.of(), Map.of()));

        assertThat(await(restored.id(), Image.State.AVAILABLE).base()).contains(Rig.DISK_IMAGE);
        assertThatThrownBy(() -> rig.ask(new TransferCommand.RestoreImage("mine", "other.bin", Optional.of("without"), Map.of(), Map.of())))
                .hasMessageContaining("ami-0123456789abcdef0");
    }

    /** The same object with another base; its description has another length then. */
    private static byte[] withBase(String object, String base) {
        int end = object.indexOf("]}", 12) + 2;
        String description = object.substring(12, end).replace("\"base\":null", "\"base\":\"" + base + "\"");
        byte[] head = object.substring(0, 8).getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = (description + object.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(12 + content.length).put(head).putInt(description.length()).put(content).array();
    }

    @Test
    void aBucketThatIsFullHasNothingOfWhatWasToGoThere() {
        Image image = rig.ask(register("disk.raw"));
        await(image.id(), Image.State.AVAILABLE);
        rig.objects.full = true;

        Transfer transfer = await(rig.ask(new TransferCommand.StoreImage(image.id(), "mine", Map.of())).id());

        assertThat(transfer.state()).isEqualTo(Transfer.State.FAILED);
        assertThat(transfer.reason()).contains("The disk is full.");
        assertThat(rig.objects.objects).doesNotContainKey(transfer.object().location());
        assertThat(rig.datacenter.inventory().images().find(image.id()).orElseThrow().state()).isEqualTo(Image.State.AVAILABLE);
    }

    @Test
    void theDiskOfAnImageIsExported() {
        Image image = rig.ask(register("disk.raw"));
        await(image.id(), Image.State.AVAILABLE);

        Transfer transfer = await(rig.ask(new TransferCommand.ExportImage(image.id(), DiskExport.Format.VMDK, "mine", "out/", "", Optional.of("t"),
                Map.of())).id());

        assertThat(transfer.object().location()).isEqualTo("mine/out/" + transfer.id() + ".vmdk");
        assertThat(rig.objects.objects.get(transfer.object().location())).isEqualTo(CONTENT);
        assertThatThrownBy(() -> rig.ask(new TransferCommand.ExportImage(image.id(), DiskExport.Format.RAW, "theirs", "", "", Optional.empty(), Map.of())))
                .isInstanceOfSatisfying(DatacenterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
    }

    @Test
    void aSnapshotIsCompleteWhenItIsWhereItStays() {
        Volume volume = volume();
        rig.shelf.archive = new CompletableFuture<>();
        Snapshot snapshot = rig.ask(new SnapshotCommand.Create(volume.id(), "", Map.of()));

        while (rig.datacenter.percent(snapshot.id()).isEmpty()) { // no event tells of it
            Thread.onSpinWait();
        }
        assertThat(rig.datacenter.percent(snapshot.id())).hasValue(42);
        assertThat(rig.datacenter.inventory().snapshots().find(snapshot.id()).orElseThrow().state()).isEqualTo(Snapshot.State.PENDING);
        rig.shelf.archive.complete(null);
        rig.await(inventory -> inventory.snapshots().find(snapshot.id()).filter(found -> found.state() == Snapshot.State.COMPLETED).isPresent());
        assertThat(rig.shelf.archived).containsEntry(snapshot.id(), volume.id().value());
    }

    @Test
    void aSnapshotThatCannotBeBroughtWhereItStaysHasFailedAndIsGone() {
        Volume volume = volume();
        rig.shelf.archive = CompletableFuture.failedFuture(new StorageException(
                StorageException.Reason.FULL, "no room for it"));

        SnapshotId id = rig.ask(new SnapshotCommand.Create(volume.id(), "", Map.of())).id();

        Snapshot failed = rig.await(inventory -> inventory.snapshots().find(id).filter(found -> found.state() == Snapshot.State.FAILED).isPresent())
                .snapshots().find(id).orElseThrow();
        assertThat(failed.reason()).contains("no room for it");
        assertThat(rig.shelf.snapshots).doesNotContainKey(id);
    }

    private Volume volume() {
        Volume volume = rig.ask(new VolumeCommand.Create(1_024, Optional.empty(), Optional.empty(), Map.of()));
        rig.await(inventory -> inventory.volumes().find(volume.id()).filter(made -> made.state() == Volume.State.AVAILABLE).isPresent());
        return volume;
    }

    private SnapshotId imported() {
        SnapshotId id = rig.ask(new TransferCommand.ImportSnapshot("", source("disk.raw"), Optional.empty(), Map.of())).snapshot().orElseThrow();
        rig.await(inventory -> inventory.snapshots().find(id).filter(found -> found.state() == Snapshot.State.COMPLETED).isPresent());
        return id;
    }

    private static DeviceMapping device(String name, Optional<SnapshotId> snapshot, long sizeMiB) {
        return new DeviceMapping(name, true, snapshot, Optional.of(sizeMiB), Optional.empty());
    }

    private static Source source(String key) {
        return new Source("mine", key, Disk.Format.RAW, false);
    }

    private static TransferCommand.RegisterImage register(String key) {
        return new TransferCommand.RegisterImage("from a bucket", "", "x86_64", source(key), Map.of());
    }

    private Optional<Image.State> state(ImageId id) {
        return rig.datacenter.inventory().images().find(id).map(Image::state);
    }

    private Image await(ImageId id, Image.State state) {
        return rig.await(inventory -> inventory.images().find(id).filter(image -> image.state() == state).isPresent()).images().find(id).orElseThrow();
    }

    private Transfer await(TransferId id) {
        Predicate<Transfer> over = transfer -> !transfer.isActive();
        return rig.await(inventory -> inventory.transfers().find(id).filter(over).isPresent()).transfers().find(id).orElseThrow();
    }

    private void awaitCall(String call) {
        while (!rig.estate.calls.contains(call)) { // the engine tells nobody of what it deletes
            Thread.onSpinWait();
        }
    }
}
