package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;
import java.util.Set;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** A guest's way through its states. */
final class LifecycleChecks {

    private LifecycleChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("starts a guest, on the host it was asked for and on no other", LifecycleChecks::starts),
                Check.of("stops a guest by force and keeps it", LifecycleChecks::stopsByForce),
                Check.of("stops a guest that is asked to shut down", LifecycleChecks::stops),
                Check.of("cuts a guest off that does not shut down when it is asked to", LifecycleChecks::cutsOff),
                Check.with(Feature.STOP_START, "starts a stopped guest again", LifecycleChecks::startsAgain),
                Check.without(Feature.STOP_START, "refuses to start a stopped guest again, and leaves it stopped", LifecycleChecks::refusesToStartAgain),
                Check.of("reboots a guest, which runs again and keeps its place", LifecycleChecks::reboots),
                Check.of("destroys a guest that runs", LifecycleChecks::destroysRunning),
                Check.of("destroys a stopped guest", LifecycleChecks::destroysStopped),
                Check.of("starts a guest anew that was destroyed", LifecycleChecks::startsAnew),
                Check.of("does nothing to other guests", LifecycleChecks::leavesOthersAlone));
    }

    private static void starts(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.expectRunning(guest, "after it was started");
        for (HostReport report : trial.reports()) {
            expect(report.host().equals(trial.host()) || !report.guests().containsKey(guest),
                    "the guest that was started on " + trial.host() + " is on " + report.host() + ", too");
        }
    }

    private static void stopsByForce(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        trial.expectState(guest, GuestState.STOPPED, "after it was stopped by force");
    }

    private static void stops(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        trial.stop(guest, false);
        trial.expectState(guest, GuestState.STOPPED, "after it was stopped");
    }

    private static void cutsOff(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        trial.start(trial.host(), trial.bed().stubbornGuest(guest));
        trial.expectRunning(guest, "after it was started");
        trial.stop(guest, false);
        trial.expectState(guest, GuestState.STOPPED, "after it was asked to shut down, did not, and had to be cut off");
    }

    private static void startsAgain(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        trial.start(guest);
        trial.expectRunning(guest, "after it was started again");
        trial.stop(guest, true);
        trial.expectState(guest, GuestState.STOPPED, "after it was stopped again");
    }

    private static void refusesToStartAgain(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        trial.expectRefusal("a second start", trial.tryStart(trial.host(), trial.spec(guest)), Reason.UNSUPPORTED);
        trial.expectState(guest, GuestState.STOPPED, "after a start was refused");
    }

    private static void reboots(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        int traces = trial.traces(guest).size();
        trial.reboot(guest);
        trial.expectRunning(guest, "after it was rebooted");
        expect(trial.traces(guest).size() == traces, "of a guest that was rebooted other things are to be seen: " + trial.traces(guest));
    }

    private static void destroysRunning(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed");
    }

    private static void destroysStopped(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed");
    }

    private static void startsAnew(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.destroy(guest);
        trial.start(guest);
        trial.expectRunning(guest, "after it was destroyed and started anew");
    }

    private static void leavesOthersAlone(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        InstanceId other = trial.running();
        Set<String> before = trial.traces(other);
        trial.stop(guest, true);
        trial.expectRunning(other, "after another one was stopped");
        trial.destroy(guest);
        trial.expectRunning(other, "after another one was destroyed");
        expect(trial.traces(other).equals(before), "a guest is not as it was after another one was destroyed: " + trial.traces(other));
    }
}
