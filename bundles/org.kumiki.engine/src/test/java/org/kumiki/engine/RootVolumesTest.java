package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Modify;
import org.kumiki.api.command.InstanceCommand.Start;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.SnapshotCommand;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/** The disks of instances are volumes, from their launch to their end, and images are made of them. */
class RootVolumesTest {

    @TempDir
    Path data;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aGuestStartsOnAVolumeThatIsLaidOverItsImage() {
        Instance instance = running(Rig.DISK_IMAGE);

        Volume root = root(instance);
        assertThat(root.state()).isEqualTo(Volume.State.IN_USE);
        assertThat(root.backing()).contains(Rig.DISK_IMAGE);
        assertThat(root.attachment().map(Attachment::deleteOnTermination)).contains(true);
        GuestSpec guest = rig.estate.specs.get(instance.id());
        assertThat(guest.boot()).isEqualTo(new BootSource.Kernel(Path.of("/images", Rig.DISK_IMAGE.value(), "kernel"), Path.of("/initrd"), ""));
        assertThat(guest.root().map(GuestDisk::disk).flatMap(Disk::backing).map(Disk::file))
                .contains(Path.of("/images", Rig.DISK_IMAGE.value(), "disk"));
        assertThat(guest.disks()).isEmpty();
    }

    @Test
    void anInstanceOfAnImageWithoutADiskHasNoVolume() {
        Instance instance = running(Rig.IMAGE);

        assertThat(rig.datacenter.inventory().volumes()).isEmpty();
        assertThat(instance.rootDevice()).isEmpty();
        assertThat(rig.estate.specs.get(instance.id()).root()).isEmpty();
    }

    @Test
    void aRootVolumeIsAsLargeAsTheTypePromisesUnlessSomebodySaysOtherwise() {
        long promised = rig.datacenter.inventory().instanceTypes().find("t2.micro").orElseThrow().resources().diskMiB();
        Instance usual = running(Rig.DISK_IMAGE);
        Instance larger = running(Rig.DISK_IMAGE, size(BlockDevice.ROOT, 20_480));

        assertThat(root(usual).sizeMiB()).isEqualTo(Math.max(Rig.DISK_MIB, promised));
        assertThat(root(larger).sizeMiB()).isEqualTo(20_480);
        assertThat(larger.resources().diskMiB()).as("what its host gives up").isEqualTo(20_480);
    }

    @Test
    void aTypeThatChangesDoesNotChangeTheDisk() {
        Instance instance = running(Rig.DISK_IMAGE, size(BlockDevice.ROOT, 20_480));
        stopped(instance);

        Instance changed = rig.ask(new Modify(instance.id(), Optional.of("m1.small"), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Map.of()));

        assertThat(changed.resources().diskMiB()).isEqualTo(20_480);
        assertThat(changed.resources().memoryMiB()).isNotEqualTo(instance.resources().memoryMiB());
    }

    @Test
    void furtherDevicesAreMadeWithTheInstance() {
        SnapshotId snapshot = snapshot();

        Instance instance = running(Rig.DISK_IMAGE, new DeviceMapping("/dev/sdf", true, Optional.empty(), Optional.of(1_024L), Optional.of(false)),
                of("/dev/sdg", snapshot));

        assertThat(rig.estate.specs.get(instance.id()).disks()).extracting(GuestDisk::device).containsExactly("/dev/sdf", "/dev/sdg");
        assertThat(on(instance, "/dev/sdg").origin()).contains(snapshot);
        assertThat(on(instance, "/dev/sdf").attachment().map(Attachment::deleteOnTermination)).contains(false);
    }

    @Test
    void volumesGoWithTheirInstanceOrStay() {
        Instance instance = running(Rig.DISK_IMAGE, new DeviceMapping("/dev/sdf", true, Optional.empty(), Optional.of(1_024L), Optional.of(false)));
        VolumeId kept = on(instance, "/dev/sdf").id();
        VolumeId root = root(instance).id();

        terminated(instance);

        rig.await(inventory -> inventory.volumes().find(root).isEmpty());
        assertThat(rig.shelf.volumes).containsOnlyKeys(kept);
        assertThat(volume(kept).state()).isEqualTo(Volume.State.AVAILABLE);
    }

    @Test
    void whetherAVolumeGoesCanBeChangedLater() {
        Instance instance = running(Rig.DISK_IMAGE);
        VolumeId root = root(instance).id();

        rig.ask(modify(instance, Map.of(BlockDevice.ROOT, false)));
        assertRefused(() -> rig.ask(modify(instance, Map.of("/dev/sdz", false))), Reason.NOT_FOUND, Kind.BLOCK_DEVICE);
        terminated(instance);

        assertThat(volume(root).state()).isEqualTo(Volume.State.AVAILABLE);
    }

    @Test
    void aStoppedInstanceComesBackOnTheSameDisk() {
        Instance instance = running(Rig.DISK_IMAGE);
        Volume root = root(instance);

        stopped(instance);
        started(instance);

        assertThat(root(instance).id()).isEqualTo(root.id());
        assertThat(rig.estate.specs.get(instance.id()).root().map(GuestDisk::volume)).contains(root.id());
    }

    @Test
    void aGuestThatIsGoneFromItsHostCanBeStartedAgainOnItsVolume() {
        Instance instance = running(Rig.DISK_IMAGE);

        rig.estate.hosts.get(instance.host().orElseThrow()).clear();
        rig.hypervisor.hostsChanged();
        rig.await(instance.id(), InstanceState.STOPPED);
        started(instance);

        assertThat(root(instance).state()).isEqualTo(Volume.State.IN_USE);
    }

    @Test
    void theRootVolumeOfAStoppedInstanceCanBeExchangedAndThatOfARunningOneCannot() {
        Instance instance = running(Rig.DISK_IMAGE);
        VolumeId root = root(instance).id();
        VolumeCommand.Detach detach = new VolumeCommand.Detach(root, Optional.empty(), Optional.empty(), false);

        assertThatThrownBy(() -> rig.ask(detach)).hasMessage("Unable to detach root volume '" + root + "' from instance '" + instance.id() + "'");
        stopped(instance);
        rig.ask(detach);
        assertThatThrownBy(() -> rig.ask(new Start(List.of(instance.id()))))
                .hasMessageContaining("does not have a volume attached at root (/dev/sda1)");

        rig.ask(new VolumeCommand.Attach(root, instance.id(), BlockDevice.ROOT));
        started(instance);
    }

    @Test
    void aMappingThatMakesNoSenseLaunchesNothing() {
        for (DeviceMapping senseless : List.of(size(BlockDevice.ROOT, Rig.DISK_MIB - 1), new DeviceMapping(BlockDevice.ROOT, false, Optional.empty(),
                Optional.empty(), Optional.empty()), new DeviceMapping("/dev/sdf", true, Optional.empty(), Optional.empty(), Optional.empty()),
                size("/dev/sdf", 17L << 20), of(BlockDevice.ROOT, snapshot()))) {
            assertRefused(() -> rig.ask(launch(Rig.DISK_IMAGE, senseless)), Reason.INVALID, Kind.BLOCK_DEVICE);
        }
        assertRefused(() -> rig.ask(launch(Rig.DISK_IMAGE, size("/dev/sdf", 1_024), size("/dev/sdf", 1_024))), Reason.INVALID, Kind.BLOCK_DEVICE);
        assertRefused(() -> rig.ask(launch(Rig.IMAGE, size("/dev/sdf", 1_024))), Reason.INVALID, Kind.BLOCK_DEVICE);
        assertRefused(() -> rig.ask(launch(Rig.DISK_IMAGE, new DeviceMapping("/dev/sdf", true, Optional.of(new SnapshotId("snap-00000000")),
                Optional.empty(), Optional.empty()))), Reason.NOT_FOUND, Kind.SNAPSHOT);
        assertThat(rig.datacenter.inventory().instances()).isEmpty();
    }

    @Test
    void anImageThatIsGivenUpStaysUnderItsVolumesUntilTheLastIsGone() {
        Instance first = running(Rig.DISK_IMAGE);
        Instance second = running(Rig.DISK_IMAGE);
        stopped(first);

        rig.ask(new ImageCommand.Deregister(Rig.DISK_IMAGE));
        assertThat(rig.datacenter.inventory().images().find(Rig.DISK_IMAGE)).isEmpty();
        started(first);
        terminated(first);
        rig.await(inventory -> inventory.volumes().size() == 1);
        assertThat(rig.deleted).isEmpty();

        terminated(second);
        rig.await(inventory -> inventory.volumes().size() == 0);
        awaitCall("delete " + Rig.DISK_IMAGE);
    }

    @Test
    void whatWasNotDeletedWhenTheControlPlaneDiedIsDeletedByTheNext() {
        SnapshotId snapshot = snapshot();
        rig.storesFail = true;
        rig.shelf.gate = new CompletableFuture<>();
        rig.ask(new ImageCommand.Deregister(Rig.DISK_IMAGE));
        rig.ask(new SnapshotCommand.Delete(snapshot));
        awaitCall("delete " + Rig.DISK_IMAGE);

        rig.datacenter.close();
        rig.storesFail = false;
        rig.shelf.gate = CompletableFuture.completedFuture(null);
        rig.restart();

        awaitCall("delete " + snapshot);
        assertThat(rig.shelf.snapshots).isEmpty();
        assertThat(rig.datacenter.inventory().snapshots()).isEmpty();
    }

    @Test
    void aSnapshotStaysUntilTheVolumesThatAreMadeOfItAreMade() {
        SnapshotId snapshot = snapshot();
        rig.hypervisor.gate = new CountDownLatch(1);
        Instance instance = rig.ask(launch(Rig.DISK_IMAGE,
                of("/dev/sdf", snapshot))).instances().get(0);

        rig.ask(new SnapshotCommand.Delete(snapshot));
        rig.hypervisor.gate.countDown();

        rig.await(instance.id(), InstanceState.RUNNING);
        awaitCall("delete " + snapshot);
    }

    @Test
    void aSnapshotThatAnImageIsMadeOfCannotBeDeleted() {
        Image image = available(create(running(Rig.DISK_IMAGE), false));
        SnapshotId snapshot = image.devices().get(0).snapshot().orElseThrow();

        assertRefused(() -> rig.ask(new SnapshotCommand.Delete(snapshot)), Reason.IN_USE, Kind.SNAPSHOT);
        rig.ask(new ImageCommand.Deregister(image.id()));
        rig.ask(new SnapshotCommand.Delete(snapshot));

        awaitCall("delete " + snapshot);
    }

    @Test
    void aVolumeThatIsWrittenIsCopiedByWhoRunsTheGuest() {
        Instance instance = running(Rig.DISK_IMAGE);

        Snapshot snapshot = rig.ask(new SnapshotCommand.Create(root(instance).id(), "", Map.of()));

        awaitCall("copy 1 disks of " + instance.id());
        completed(snapshot.id());
        assertThat(rig.shelf.snapshots).containsOnlyKeys(snapshot.id());
        assertThat(snapshot.image()).contains(Rig.DISK_IMAGE);
    }

    @Test
    void aVolumeAtRestIsCopiedByTheStoreAndNobodyWritesItMeanwhile() {
        Instance instance = running(Rig.DISK_IMAGE);
        stopped(instance);
        rig.shelf.gate = new CompletableFuture<>();
        rig.estate.calls.clear();

        Snapshot snapshot = rig.ask(new SnapshotCommand.Create(root(instance).id(), "", Map.of()));
        rig.ask(new Start(List.of(instance.id())));
        awaitCall("copy " + root(instance).id() + " at rest");
        assertThat(rig.instance(instance.id()).state()).isEqualTo(InstanceState.PENDING);
        assertThat(rig.estate.calls).as("the start waits").isEmpty();
        rig.shelf.gate.complete(null);

        rig.await(instance.id(), InstanceState.RUNNING);
        completed(snapshot.id());
    }

    @Test
    void aGuestThatIsOffByThenIsCopiedAtRest() {
        Instance instance = running(Rig.DISK_IMAGE);
        rig.estate.hosts.get(instance.host().orElseThrow()).put(instance.id(), GuestState.STOPPED);

        Snapshot snapshot = rig.ask(new SnapshotCommand.Create(root(instance).id(), "", Map.of()));

        awaitCall("copy " + root(instance).id() + " at rest");
        completed(snapshot.id());
        assertThat(rig.shelf.prepared).doesNotContain(snapshot.id());
    }

    @Test
    void anImageOfAnInstanceBootsWithItsKernelOnCopiesOfItsDisks() {
        Instance instance = running(Rig.DISK_IMAGE, size("/dev/sdf", 1_024));

        Image image = create(instance, true, size("/dev/sdg", 2_048));
        assertThat(image.state()).isEqualTo(Image.State.PENDING);
        awaitCall("copy 2 disks of " + instance.id() + ", rebooting");
        available(image);
        assertThat(image.devices()).extracting(BlockDevice::name).containsExactly(BlockDevice.ROOT, "/dev/sdf", "/dev/sdg");
        assertThat(image.devices()).extracting(device -> device.snapshot().isPresent()).containsExactly(true, true, false);

        terminated(instance);
        rig.ask(new ImageCommand.Deregister(Rig.DISK_IMAGE));
        Instance copy = running(image.id());

        assertThat(root(copy).origin()).isEqualTo(image.devices().get(0).snapshot());
        GuestSpec guest = rig.estate.specs.get(copy.id());
        assertThat(guest.boot()).as("the kernel of the image that is given up").isInstanceOf(BootSource.Kernel.class);
        assertThat(guest.root().map(GuestDisk::disk).flatMap(Disk::backing)).isEmpty();
        assertThat(guest.disks()).hasSize(2);
    }

    @Test
    void anImageCanBeRegisteredFromASnapshotOfARootVolume() {
        Instance instance = running(Rig.DISK_IMAGE);
        Snapshot snapshot = rig.ask(new SnapshotCommand.Create(root(instance).id(), "", Map.of()));
        completed(snapshot.id());

        Image image = rig.ask(registered("mine", new DeviceMapping("/dev/sdf", true, Optional.empty(), Optional.of(5_120L), Optional.of(false)),
                of(BlockDevice.ROOT, snapshot.id())));

        assertThat(image.devices()).containsExactly(new BlockDevice(BlockDevice.ROOT, Optional.of(snapshot.id()), snapshot.sizeMiB(), true),
                new BlockDevice("/dev/sdf", Optional.empty(), 5_120, false));
        assertThat(image.format()).isEqualTo(Image.Format.KERNEL);
        assertThat(image.base()).contains(Rig.DISK_IMAGE);
        assertThat(rig.estate.specs.get(running(image.id()).id()).disks()).hasSize(1);
        assertRefused(() -> rig.ask(registered("blank", size(BlockDevice.ROOT, 1_024))), Reason.INVALID, Kind.BLOCK_DEVICE);
        assertRefused(() -> rig.ask(registered("none")), Reason.INVALID, Kind.BLOCK_DEVICE);
    }

    @Test
    void anImageIsMadeOfOnesOwnSnapshotsOnlySinceItHoldsThem() {
        SnapshotId snapshot = snapshot();
        rig.ask(new SnapshotCommand.Share(snapshot, true));

        assertRefused(() -> rig.ask(Rig.OTHER, registered("theirs", of(BlockDevice.ROOT, snapshot))), Reason.NOT_FOUND, Kind.SNAPSHOT);
    }

    @Test
    void anImageOfABlankVolumeBootsByItself() {
        SnapshotId snapshot = snapshot();
        Image image = rig.ask(registered("mine", of(BlockDevice.ROOT, snapshot)));

        assertThat(rig.estate.specs.get(running(image.id()).id()).boot()).isEqualTo(new BootSource.Firmware());
    }

    @Test
    void anImageWhoseDisksCannotBeCopiedFailsAndLeavesNothing() {
        Instance instance = running(Rig.DISK_IMAGE);
        rig.hypervisor.failure = "the disk is broken";

        Image image = create(instance, false);

        rig.await(inventory -> inventory.images().find(image.id()).filter(now -> now.state() == Image.State.FAILED
                && now.reason().orElse("").endsWith("the disk is broken")).isPresent());
        Snapshot snapshot = rig.datacenter.inventory().snapshots().iterator().next();
        assertThat(snapshot.state()).isEqualTo(Snapshot.State.FAILED);
        assertThat(snapshot.reason()).contains("the disk is broken");
        assertThat(rig.shelf.prepared).isEmpty();
        assertThat(rig.shelf.snapshots).isEmpty();
    }

    @Test
    void anImageThatWasBeingMadeWhenTheControlPlaneDiedIsMadeAnewAsAWhole() {
        Instance instance = running(Rig.DISK_IMAGE, size("/dev/sdf", 1_024));
        rig.hypervisor.copies = new CompletableFuture<>();
        Image image = create(instance, true);
        awaitCall("copy 2 disks of " + instance.id() + ", rebooting");
        assertThat(rig.shelf.snapshots).isEmpty();

        rig.restart();

        awaitCall("copy 2 disks of " + instance.id() + ", rebooting");
        available(image);
    }

    @Test
    void anEngineThatEndsLeavesWhatItCopiesAsItIs() {
        Instance instance = running(Rig.DISK_IMAGE, size("/dev/sdf", 1_024));
        rig.hypervisor.copies = new CompletableFuture<>();
        create(instance, true);
        awaitCall("copy 2 disks of " + instance.id() + ", rebooting");

        rig.datacenter.close();

        assertThat(rig.shelf.preparations).hasValue(2);
        assertThat(rig.shelf.prepared).hasSize(2);
    }

    @Test
    void anImageIsMadeOfAStoppedInstanceToo() {
        Instance instance = running(Rig.DISK_IMAGE);
        stopped(instance);

        available(create(instance, true));

        assertThat(rig.instance(instance.id()).state()).isEqualTo(InstanceState.STOPPED);
        assertRefused(() -> create(running(Rig.IMAGE), false), Reason.WRONG_STATE, Kind.INSTANCE);
    }

    private static DeviceMapping size(String device, long sizeMiB) {
        return new DeviceMapping(device, true, Optional.empty(), Optional.of(sizeMiB), Optional.empty());
    }

    private static DeviceMapping of(String device, SnapshotId snapshot) {
        return new DeviceMapping(device, true, Optional.of(snapshot), Optional.empty(), Optional.empty());
    }

    private static Launch launch(ImageId image, DeviceMapping... devices) {
        return new Launch(Rig.spec(image, PlacementRules.ANYWHERE), List.of(devices), 1, 1, Optional.empty(), Map.of(), Map.of(), false);
    }

    private Instance running(ImageId image, DeviceMapping... devices) {
        return rig.await(rig.ask(launch(image, devices)).instances().get(0).id(), InstanceState.RUNNING);
    }

    private void stopped(Instance instance) {
        rig.ask(new Stop(List.of(instance.id()), false));
        rig.await(instance.id(), InstanceState.STOPPED);
    }

    private void started(Instance instance) {
        rig.ask(new Start(List.of(instance.id())));
        rig.await(instance.id(), InstanceState.RUNNING);
    }

    private void terminated(Instance instance) {
        rig.ask(new Terminate(List.of(instance.id())));
        rig.await(instance.id(), InstanceState.TERMINATED);
    }

    private static Modify modify(Instance instance, Map<String, Boolean> deleteOnTermination) {
        return new Modify(instance.id(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                deleteOnTermination);
    }

    private Image create(Instance instance, boolean reboot, DeviceMapping... devices) {
        return rig.ask(new ImageCommand.Create(instance.id(), "image of " + instance.id(), "", reboot, List.of(devices), Map.of(), Map.of()));
    }

    private static ImageCommand.RegisterSnapshot registered(String name, DeviceMapping... devices) {
        return new ImageCommand.RegisterSnapshot(name, "", "x86_64", BlockDevice.ROOT, List.of(devices), Map.of());
    }

    private Image available(Image image) {
        rig.await(inventory -> inventory.images().find(image.id()).filter(now -> now.state() == Image.State.AVAILABLE).isPresent());
        return image;
    }

    /** Of a blank volume that is on no instance. */
    private SnapshotId snapshot() {
        VolumeId volume = rig.ask(new VolumeCommand.Create(1_024, Optional.empty(), Optional.empty(), Map.of())).id();
        rig.await(inventory -> inventory.volumes().find(volume).filter(now -> now.state() == Volume.State.AVAILABLE).isPresent());
        SnapshotId snapshot = rig.ask(new SnapshotCommand.Create(volume, "", Map.of())).id();
        completed(snapshot);
        rig.ask(new VolumeCommand.Delete(volume));
        rig.await(inventory -> inventory.volumes().find(volume).isEmpty());
        return snapshot;
    }

    private void completed(SnapshotId id) {
        rig.await(inventory -> inventory.snapshots().find(id).filter(now -> now.state() == Snapshot.State.COMPLETED).isPresent());
    }

    private Volume volume(VolumeId id) {
        return rig.datacenter.inventory().volumes().find(id).orElseThrow();
    }

    private Volume root(Instance instance) {
        return on(instance, BlockDevice.ROOT);
    }

    private Volume on(Instance instance, String device) {
        InstanceId id = instance.id();
        return rig.datacenter.inventory().volumes().stream().filter(volume -> volume.attachment()
                .filter(on -> on.instance().equals(id) && on.device().equals(device)).isPresent()).findFirst().orElseThrow();
    }

    private void awaitCall(String call) {
        try {
            rig.estate.await(call);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, Kind kind) {
        assertThatThrownBy(call).isInstanceOfSatisfying(DatacenterException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.kind()).isEqualTo(kind);
        });
    }
}
