package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;
import java.util.Set;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** Guests outlive their driver, and its successor finds them. */
final class AdoptionChecks {

    private AdoptionChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("finds its guests again after a restart, as they were, and starts none twice", AdoptionChecks::findsAgain),
                Check.of("rules guests that it has found again", AdoptionChecks::rules),
                Check.of("finds a guest off that ended while there was no driver", AdoptionChecks::endedMeanwhile),
                Check.of("tells of the end of a guest that it has found again", AdoptionChecks::tells),
                Check.with(Feature.CONSOLE_OUTPUT, "shows the console of a guest that it has found again", AdoptionChecks::console));
    }

    private static void restart(Trial trial) throws Exception {
        trial.bed().restart(() -> { });
    }

    private static void findsAgain(Trial trial) throws Exception {
        InstanceId stopped = trial.stopped();
        InstanceId running = trial.running();
        Set<String> before = trial.traces(running);
        restart(trial);
        trial.expectRunning(running, "after the driver was restarted");
        trial.expectState(stopped, GuestState.STOPPED, "after the driver was restarted");
        trial.start(running);
        trial.expectRunning(running, "after the driver was restarted and asked to start it");
        expect(trial.traces(running).equals(before), "a start after a restart of the driver changed what is to be seen of a guest from " + before
                + " to " + trial.traces(running));
    }

    private static void rules(Trial trial) throws Exception {
        InstanceId stopped = trial.stopped();
        InstanceId running = trial.running();
        restart(trial);
        trial.stop(running, true);
        trial.expectState(running, GuestState.STOPPED, "after it was found again and stopped");
        trial.destroy(running);
        trial.expectGone(running, "after it was found again and destroyed");
        trial.destroy(stopped);
        trial.expectGone(stopped, "after it was found again and destroyed");
    }

    private static void endedMeanwhile(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.bed().restart(() -> end(trial, guest));
        trial.expectState(guest, GuestState.STOPPED, "after it ended while there was no driver");
        trial.destroy(guest);
        trial.expectGone(guest, "after it ended while there was no driver and was destroyed");
    }

    private static void end(Trial trial, InstanceId guest) {
        try {
            trial.bed().end(guest);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the test bed cannot end a guest: " + e, e);
        }
    }

    private static void tells(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        restart(trial);
        Events events = trial.watch();
        trial.expectRunning(guest, "after the driver was restarted");
        trial.bed().end(guest);
        events.await(guest);
    }

    private static void console(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        String signature = trial.bed().signature(guest);
        expect(trial.console(guest).text().contains(signature), "the console of a guest does not hold \"" + signature + "\"");
        restart(trial);
        expect(trial.console(guest).text().contains(signature), "after a restart of the driver the console of a guest does not hold \"" + signature
                + "\"");
    }
}
