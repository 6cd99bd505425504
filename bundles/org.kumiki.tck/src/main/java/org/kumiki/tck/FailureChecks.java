package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** What cannot be done fails, says why, and leaves nothing behind. */
final class FailureChecks {

    private static final HostId NOWHERE = new HostId("kumiki-tck-nowhere");

    private FailureChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("does not know a host that is not there", FailureChecks::unknownHost),
                Check.of("does not know a guest that is not there", FailureChecks::unknownGuest),
                Check.of("does not reboot a guest that is off", FailureChecks::rebootOfStopped),
                Check.of("refuses a guest whose disk is missing, and nothing is left of it", FailureChecks::missingDisk),
                Check.with(Feature.STOP_START, "keeps a stopped guest whose next start fails", FailureChecks::missingDiskOfStopped),
                Check.of("goes on when a call is interrupted", FailureChecks::interrupted));
    }

    private static void unknownHost(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        trial.expectRefusal("start() on a host that is not there", trial.tryStart(NOWHERE, trial.spec(guest)), Reason.NOT_FOUND);
        trial.expectRefusal("stop() on a host that is not there", trial.tryStop(NOWHERE, guest, true), Reason.NOT_FOUND);
        trial.expectRefusal("reboot() on a host that is not there", trial.tryReboot(NOWHERE, guest), Reason.NOT_FOUND);
        trial.expectRefusal("destroy() on a host that is not there", trial.tryDestroy(NOWHERE, guest), Reason.NOT_FOUND);
        trial.expectRefusal("console() on a host that is not there", trial.tryConsole(NOWHERE, guest), Reason.NOT_FOUND, Reason.UNSUPPORTED);
        trial.expectGone(guest, "that was started nowhere");
    }

    private static void unknownGuest(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        trial.expectRefusal("stop() of a guest that is not there", trial.tryStop(trial.host(), guest, true), Reason.NOT_FOUND);
        trial.expectRefusal("an orderly stop() of a guest that is not there", trial.tryStop(trial.host(), guest, false), Reason.NOT_FOUND);
        trial.expectRefusal("reboot() of a guest that is not there", trial.tryReboot(trial.host(), guest), Reason.NOT_FOUND);
        trial.expectGone(guest, "that never was");
    }

    private static void rebootOfStopped(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        trial.expectRefusal("reboot() of a guest that is off", trial.tryReboot(trial.host(), guest), Reason.CONFLICT);
        trial.expectState(guest, GuestState.STOPPED, "after a reboot was refused");
    }

    private static void missingDisk(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        GuestSpec broken = withMissingRoot(trial, guest);
        try (Events events = trial.watch()) {
            trial.expectRefusal("start() of a guest whose disk is missing", trial.tryStart(trial.host(), broken), Reason.REFUSED, Reason.UNAVAILABLE);
            trial.expectGone(guest, "after it did not start");
            expect(events.of(guest).isEmpty(), "a listener is told of a guest that never ran");
        }
        trial.start(guest);
        trial.expectRunning(guest, "though its first start failed");
    }

    private static void missingDiskOfStopped(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        GuestSpec broken = withMissingRoot(trial, guest);
        trial.expectRefusal("start() of a guest whose disk is missing now", trial.tryStart(trial.host(), broken), Reason.REFUSED, Reason.UNAVAILABLE);
        trial.expectState(guest, GuestState.STOPPED, "after its second start failed");
    }

    private static GuestSpec withMissingRoot(Trial trial, InstanceId guest) {
        GuestSpec whole = trial.spec(guest);
        GuestDisk missing = trial.bed().missingVolume(trial.newVolume());
        return new GuestSpec(guest, whole.name(), whole.resources(), whole.boot(), Optional.of(missing), List.of(), whole.link(), whole.hardware());
    }

    /** As the engine does with a call that takes too long. Whether the guest runs then is open, not that it can be used. */
    private static void interrupted(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        GuestSpec spec = trial.spec(guest);
        trial.together(List.of(() -> {
            Thread.currentThread().interrupt();
            trial.startHere(trial.host(), spec);
            return null;
        }));
        trial.start(guest);
        trial.expectRunning(guest, "after a start was interrupted and another one was not");
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed");
    }
}
