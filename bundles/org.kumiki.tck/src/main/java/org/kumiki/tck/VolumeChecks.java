package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;

/** Volumes of guests that run. */
final class VolumeChecks {

    private VolumeChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.with(Feature.VOLUME_HOT_PLUG, "attaches a volume to a guest that runs, and takes it away, as often as it is asked",
                        VolumeChecks::attachAndDetach),
                Check.with(Feature.VOLUME_HOT_PLUG, "attaches a volume only to a guest that is there and runs", VolumeChecks::wrongState),
                Check.with(Feature.VOLUME_HOT_PLUG, "refuses a volume that is missing, and lets the guest run", VolumeChecks::missing),
                Check.without(Feature.VOLUME_HOT_PLUG, "refuses to attach a volume, and lets the guest run", VolumeChecks::hotPlugAbsent),
                Check.with(Feature.DISK_COPY, "copies a volume while its guest runs", trial -> copies(trial, false)),
                Check.with(Feature.DISK_COPY, "copies a volume while its guest is restarted", trial -> copies(trial, true)),
                Check.with(Feature.DISK_COPY, "copies only volumes of a guest that runs", VolumeChecks::copyOfStopped),
                Check.without(Feature.DISK_COPY, "refuses to copy a volume, and lets the guest run", VolumeChecks::copyAbsent));
    }

    private static void attachAndDetach(Trial trial) throws Exception {
        VolumeHotPlug driver = trial.facet(VolumeHotPlug.class);
        GuestDisk disk = trial.bed().volume(trial.newVolume());
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        trial.await("attach", trial.call("attach", () -> driver.attach(trial.host(), guest, disk)));
        trial.await("a second attach", trial.call("attach", () -> driver.attach(trial.host(), guest, disk)));
        trial.await("detach", trial.call("detach", () -> driver.detach(trial.host(), guest, disk.volume())));
        trial.await("a second detach", trial.call("detach", () -> driver.detach(trial.host(), guest, disk.volume())));
        trial.await("attach after detach", trial.call("attach", () -> driver.attach(trial.host(), guest, disk)));
        trial.expectRunning(guest, "after a volume came and went");
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed with a volume on it");
    }

    private static void wrongState(Trial trial) throws Exception {
        VolumeHotPlug driver = trial.facet(VolumeHotPlug.class);
        GuestDisk disk = trial.bed().volume(trial.newVolume());
        InstanceId nobody = trial.newGuest();
        trial.expectRefusal("attach to a guest that is not there", trial.call("attach", () -> driver.attach(trial.host(), nobody, disk)),
                Reason.NOT_FOUND);
        trial.expectRefusal("attach on a host that is not there",
                trial.call("attach", () -> driver.attach(new HostId("kumiki-tck-nowhere"), nobody, disk)), Reason.NOT_FOUND);
        InstanceId off = trial.stopped();
        trial.expectRefusal("attach to a guest that is off", trial.call("attach", () -> driver.attach(trial.host(), off, disk)), Reason.CONFLICT);
    }

    private static void missing(Trial trial) throws Exception {
        VolumeHotPlug driver = trial.facet(VolumeHotPlug.class);
        GuestDisk missing = trial.bed().missingVolume(trial.newVolume());
        InstanceId guest = trial.running();
        trial.expectRefusal("attach of a volume that is missing", trial.call("attach", () -> driver.attach(trial.host(), guest, missing)),
                Reason.REFUSED, Reason.UNAVAILABLE);
        trial.expectRunning(guest, "after a volume could not be attached");
    }

    private static void hotPlugAbsent(Trial trial) throws Exception {
        Optional<VolumeHotPlug> driver = trial.driver().facet(VolumeHotPlug.class);
        InstanceId guest = trial.running();
        if (driver.isPresent()) { // who does not implement it refuses it at compile time
            GuestDisk disk = trial.bed().missingVolume(trial.newVolume());
            trial.expectRefusal("attach", trial.call("attach", () -> driver.get().attach(trial.host(), guest, disk)), Reason.UNSUPPORTED);
            trial.expectRefusal("detach", trial.call("detach", () -> driver.get().detach(trial.host(), guest, disk.volume())), Reason.UNSUPPORTED);
        }
        trial.expectRunning(guest, "after a volume was refused");
    }

    private static void copies(Trial trial, boolean reboot) throws Exception {
        DiskCopy driver = trial.facet(DiskCopy.class);
        GuestDisk disk = trial.bed().volume(trial.newVolume());
        GuestDisk target = trial.bed().volume(trial.newVolume());
        InstanceId guest = withVolume(trial, disk);
        if (reboot) {
            trial.bed().awaitReady(guest);
        }
        trial.await("copy", trial.call("copy", () -> driver.copy(trial.host(), guest, Map.of(disk.volume(), target.disk()), reboot)));
        trial.expectRunning(guest, "after its volume was copied");
    }

    private static InstanceId withVolume(Trial trial, GuestDisk disk) throws Exception {
        InstanceId guest = trial.newGuest();
        GuestSpec plain = trial.spec(guest);
        trial.start(trial.host(),
                new GuestSpec(guest, plain.name(), plain.resources(), plain.boot(), plain.root(), List.of(disk), plain.link(), plain.hardware()));
        return guest;
    }

    private static void copyOfStopped(Trial trial) throws Exception {
        DiskCopy driver = trial.facet(DiskCopy.class);
        GuestDisk target = trial.bed().volume(trial.newVolume());
        VolumeId volume = trial.newVolume();
        InstanceId guest = trial.stopped();
        trial.expectRefusal("copy of a volume of a guest that is off",
                trial.call("copy", () -> driver.copy(trial.host(), guest, Map.of(volume, target.disk()), false)), Reason.CONFLICT);
        InstanceId nobody = trial.newGuest();
        trial.expectRefusal("copy of a volume of a guest that is not there",
                trial.call("copy", () -> driver.copy(trial.host(), nobody, Map.of(volume, target.disk()), false)), Reason.NOT_FOUND, Reason.CONFLICT);
    }

    private static void copyAbsent(Trial trial) throws Exception {
        Optional<DiskCopy> driver = trial.driver().facet(DiskCopy.class);
        InstanceId guest = trial.running();
        if (driver.isPresent()) {
            GuestDisk target = trial.bed().missingVolume(trial.newVolume());
            Map<VolumeId, Disk> targets = Map.of(target.volume(), target.disk());
            trial.expectRefusal("copy", trial.call("copy", () -> driver.get().copy(trial.host(), guest, targets, false)), Reason.UNSUPPORTED);
        }
        trial.expectRunning(guest, "after a copy was refused");
        expect(trial.states(trial.host()).size() == 1, "a copy that was refused has made another guest");
    }
}
