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
        List<Double> millis = new ArrayList<>();
        List<Double> cpuMillis = new ArrayList<>();
        List<Double> resident = new ArrayList<>();
        for (int run = 0; run <= runs; run++) {
            try (Platform platform = Platform.start(home, data)) {
                millis.add(platform.startTime().toNanos() / 1e6);
                cpuMillis.add(platform.process().cpuSeconds() * 1e3);
                resident.add((double) platform.process().residentMiB());
            }
        }
        out.printf(Locale.ROOT, "From java to the first answer, %d warm starts (and the very first):%n", runs);
        line(out, "elapsed ms", millis);
        line(out, "CPU ms", cpuMillis);
        line(out, "resident MiB", resident);
    }

    private static void line(PrintStream out, String what, List<Double> figures) {
        double first = figures.get(0);
        List<Double> warm = new ArrayList<>(figures.subList(1, figures.size()));
        Collections.sort(warm);
        out.printf(Locale.ROOT, "  %-14s best %,7.0f   median %,7.0f   (first %,7.0f)%n", what, warm.get(0), warm.get(warm.size() / 2), first);
    }
}
