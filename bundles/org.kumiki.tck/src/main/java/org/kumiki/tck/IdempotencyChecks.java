package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;
import java.util.Set;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.InstanceId;

/** What has been done already is not done again, and is no error. */
final class IdempotencyChecks {

    private IdempotencyChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("starts a guest once however often it is asked", IdempotencyChecks::start),
                Check.of("stops a guest as often as it is asked", IdempotencyChecks::stop),
                Check.of("destroys a guest as often as it is asked", IdempotencyChecks::destroy),
                Check.of("destroys a guest that never was", IdempotencyChecks::destroyNothing));
    }

    private static void start(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        Set<String> before = trial.traces(guest);
        trial.start(guest);
        trial.expectRunning(guest, "after it was started twice");
        expect(trial.traces(guest).equals(before), "a second start changed what is to be seen of a guest from " + before + " to " + trial.traces(guest));
    }

    private static void stop(Trial trial) throws Exception {
        InstanceId guest = trial.stopped();
        trial.stop(guest, true);
        trial.stop(guest, false);
        trial.expectState(guest, GuestState.STOPPED, "after it was stopped several times");
    }

    private static void destroy(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.destroy(guest);
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed twice");
    }

    private static void destroyNothing(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        trial.destroy(guest);
        trial.expectGone(guest, "that never was");
    }
}
