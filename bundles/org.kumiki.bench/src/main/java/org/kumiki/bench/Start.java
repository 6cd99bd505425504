package org.kumiki.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measures how long it takes from {@code java} to the first answer. */
final class Start {

    private Start() {
    }

    /** @param runs on the same data directory, after one that makes it */
    static void run(Path home, Path data, int runs, PrintStream out) throws IOException, InterruptedException {
        List<Long> millis = new ArrayList<>();
        List<Long> resident = new ArrayList<>();
        for (int run = 0; run <= runs; run++) {
            try (Platform platform = Platform.start(home, data)) {
                millis.add(platform.startTime().toMillis());
                resident.add(platform.process().residentMiB());
            }
        }
        long first = millis.remove(0);
        resident.remove(0);
        Collections.sort(millis);
        Collections.sort(resident);
        out.printf(Locale.ROOT,
                "From java to the first answer: %d ms at best, %d ms in the middle of %d warm starts; the very first %d ms%n",
                millis.get(0), millis.get(runs / 2), runs, first);
        out.printf(Locale.ROOT, "Resident memory then: %d MiB in the middle%n", resident.get(runs / 2));
    }
}
