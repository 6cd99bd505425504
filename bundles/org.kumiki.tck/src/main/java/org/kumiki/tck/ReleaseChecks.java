package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** Who comes and goes often leaves nothing. */
final class ReleaseChecks {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int TO_WARM_UP = 3;
    private static final int ROUNDS = 10;

    private ReleaseChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("keeps no thread and no open file for a guest that is gone", ReleaseChecks::threadsAndDescriptors),
                Check.of("leaves nothing of a guest that was stopped, started and destroyed", ReleaseChecks::traces));
    }

    /** Pools may grow for a while, and others work in this process as well; what is kept for each guest grows with each round. */
    private static void threadsAndDescriptors(Trial trial) throws Exception {
        comeAndGo(trial, TO_WARM_UP);
        int threads = threads();
        int descriptors = descriptors();
        comeAndGo(trial, ROUNDS);
        trial.until("threads and files of guests that are gone are given back",
                () -> threads() < threads + ROUNDS && descriptors() < descriptors + ROUNDS,
                () -> "after " + ROUNDS + " guests there are " + (threads() - threads) + " more threads and " + (descriptors() - descriptors)
                        + " more open files");
    }

    private static void comeAndGo(Trial trial, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            InstanceId guest = trial.running();
            trial.expectRunning(guest, "after it was started");
            trial.destroy(guest);
        }
    }

    private static int threads() {
        return Thread.getAllStackTraces().size();
    }

    private static int descriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0; // not Linux
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return (int) all.count();
        } catch (IOException e) {
            throw new IllegalStateException("this process does not see its own files", e);
        }
    }

    private static void traces(Trial trial) throws Exception {
        InstanceId never = trial.newGuest();
        expect(trial.traces(never).isEmpty(), "something is to be seen of a guest that never was: " + trial.traces(never));
        InstanceId guest = trial.stopped();
        if (trial.technology().can(Feature.STOP_START)) {
            trial.start(guest);
        }
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed");
        expect(!trial.states(trial.host()).containsKey(guest), "a guest that was destroyed is still there");
    }
}
