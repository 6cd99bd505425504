package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** Who is told of what. */
final class EventChecks {

    private EventChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("tells once of a guest that ends by itself", EventChecks::once),
                Check.of("tells every listener, and none that has left", EventChecks::everyListener),
                Check.of("does not tell of what it was asked for", EventChecks::notOfOrders),
                Check.with(Feature.STOP_START, "starts a guest again that has ended by itself, and tells of its next end, too", EventChecks::again),
                Check.of("destroys a guest that has ended by itself", EventChecks::destroysEnded));
    }

    private static void once(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        Events events = trial.watch();
        trial.bed().end(guest);
        Events.Stopped told = events.await(guest);
        expect(told.host().equals(trial.host()), "a listener is told that the guest was on " + told.host());
        expect(told.reason() != null && !told.reason().isBlank(), "a listener is not told why a guest ended");
        trial.expectState(guest, GuestState.STOPPED, "after it has ended by itself");
        awaitAnotherEnd(trial, events);
        expect(events.of(guest).size() == 1, "a listener is told " + events.of(guest).size() + " times of the end of one guest");
    }

    private static void everyListener(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        Events left = trial.watch();
        Events one = trial.watch();
        Events other = trial.watch();
        left.close();
        trial.bed().end(guest);
        one.await(guest);
        other.await(guest);
        awaitAnotherEnd(trial, one);
        expect(left.of(guest).isEmpty(), "a listener that has left is told");
    }

    private static void notOfOrders(Trial trial) throws Exception {
        Events events = trial.watch();
        InstanceId stopped = trial.running();
        trial.stop(stopped, true);
        trial.expectState(stopped, GuestState.STOPPED, "after it was stopped");
        InstanceId rebooted = trial.running();
        trial.bed().awaitReady(rebooted);
        trial.reboot(rebooted);
        trial.expectRunning(rebooted, "after it was rebooted");
        trial.stop(rebooted, false);
        trial.destroy(rebooted);
        InstanceId destroyed = trial.running();
        trial.destroy(destroyed);
        awaitAnotherEnd(trial, events);
        for (InstanceId guest : List.of(stopped, rebooted, destroyed)) {
            expect(events.of(guest).isEmpty(), "a listener is told of what was asked for: " + events.of(guest));
        }
    }

    private static void again(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        Events first = trial.watch();
        trial.bed().end(guest);
        first.await(guest);
        first.close();
        trial.start(guest);
        trial.expectRunning(guest, "after it had ended by itself and was started again");
        Events second = trial.watch();
        trial.bed().end(guest);
        second.await(guest);
    }

    private static void destroysEnded(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        Events events = trial.watch();
        trial.bed().end(guest);
        events.await(guest);
        trial.destroy(guest);
        trial.expectGone(guest, "after it had ended by itself and was destroyed");
    }

    /** What a driver had to tell before it has told by then. Where guests cannot be ended, what it has told at once must do. */
    private static void awaitAnotherEnd(Trial trial, Events events) throws Exception {
        InstanceId fence = trial.running();
        try {
            trial.bed().end(fence);
        } catch (NotOffered e) {
            trial.destroy(fence);
            return;
        }
        events.await(fence);
        trial.destroy(fence);
    }
}
