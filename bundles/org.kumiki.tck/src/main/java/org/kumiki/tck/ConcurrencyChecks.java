package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;

/** Several threads at a time. */
final class ConcurrencyChecks {

    private static final int THREADS = 8;
    private static final int ROUNDS = 6;
    private static final Set<Reason> EXPECTED = EnumSet.of(Reason.NOT_FOUND, Reason.CONFLICT, Reason.UNAVAILABLE, Reason.UNSUPPORTED);

    private ConcurrencyChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("starts a guest once when many threads ask at the same moment", ConcurrencyChecks::starts),
                Check.of("stops and destroys a guest that many threads stop and destroy at the same moment", ConcurrencyChecks::ends),
                Check.of("runs many guests at a time, and answers meanwhile", ConcurrencyChecks::many),
                Check.of("keeps order when many threads start, stop and destroy one guest", ConcurrencyChecks::mixture));
    }

    private static void starts(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        trial.together(Collections.nCopies(THREADS, doing(() -> trial.start(guest))));
        trial.expectRunning(guest, "after " + THREADS + " threads have started it");
        Set<String> then = trial.traces(guest);
        trial.start(guest);
        expect(trial.traces(guest).equals(then), "a guest that " + THREADS + " threads have started is not as it was after one more start");
        trial.destroy(guest);
        trial.expectGone(guest, "after " + THREADS + " threads have started it and one has destroyed it");
    }

    private static void ends(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.together(Collections.nCopies(THREADS, doing(() -> trial.stop(guest, true))));
        trial.expectState(guest, GuestState.STOPPED, "after " + THREADS + " threads have stopped it");
        trial.together(Collections.nCopies(THREADS, doing(() -> trial.destroy(guest))));
        trial.expectGone(guest, "after " + THREADS + " threads have destroyed it");
    }

    private static void many(Trial trial) throws Exception {
        List<InstanceId> guests = new ArrayList<>();
        List<Callable<?>> starts = new ArrayList<>();
        List<Callable<?>> stops = new ArrayList<>();
        List<Callable<?>> destructions = new ArrayList<>();
        for (int count = 0; count < trial.bed().guestsAtOnce(); count++) {
            InstanceId guest = trial.newGuest();
            guests.add(guest);
            starts.add(doing(() -> trial.start(guest)));
            stops.add(doing(() -> trial.stop(guest, true)));
            destructions.add(doing(() -> trial.destroy(guest)));
        }
        starts.add(doing(() -> expect(!trial.reports().isEmpty(), "there are no hosts while guests start")));
        trial.together(starts);
        Map<InstanceId, GuestState> states = trial.states(trial.host());
        for (InstanceId guest : guests) {
            expect(states.get(guest) == GuestState.RUNNING, "of " + guests.size() + " guests that start at a time one is " + states.get(guest));
        }
        stops.add(doing(() -> expect(!trial.reports().isEmpty(), "there are no hosts while guests stop")));
        trial.together(stops);
        expect(!trial.states(trial.host()).containsValue(GuestState.RUNNING), "of " + guests.size() + " guests that stop at a time one runs");
        trial.together(destructions);
        expect(trial.states(trial.host()).isEmpty(), "of " + guests.size() + " guests that are destroyed at a time one is left");
    }

    private static void mixture(Trial trial) throws Exception {
        InstanceId guest = trial.newGuest();
        List<Callable<?>> deeds = new ArrayList<>();
        for (int thread = 0; thread < THREADS / 2; thread++) {
            int first = thread;
            deeds.add(doing(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    tolerate(trial, switch ((first + round) % 4) {
                    case 0, 1 -> trial.tryStart(trial.host(), trial.spec(guest));
                    case 2 -> trial.tryStop(trial.host(), guest, true);
                    default -> trial.tryDestroy(trial.host(), guest);
                    });
                }
            }));
        }
        trial.together(deeds);
        trial.destroy(guest);
        trial.expectGone(guest, "after many threads have done many things to it and one has destroyed it");
        trial.start(guest);
        trial.expectRunning(guest, "after all that");
    }

    /** Which of several orders comes first is open, so each may come at a wrong time; then it says so. */
    private static void tolerate(Trial trial, CompletableFuture<Void> stage) throws Exception {
        trial.await("one of many calls at a time", stage.exceptionally(failure -> {
            if (Trial.unwrapped(failure) instanceof HypervisorException refusal && EXPECTED.contains(refusal.reason())) {
                return null;
            }
            throw new CompletionException(Trial.unwrapped(failure));
        }));
    }

    private interface Deed {

        void perform() throws Exception;
    }

    private static Callable<Void> doing(Deed deed) {
        return () -> {
            deed.perform();
            return null;
        };
    }
}
