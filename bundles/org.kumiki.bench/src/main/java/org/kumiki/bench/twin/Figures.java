package org.kumiki.bench.twin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Figures for programs: a CSV file with a row for each of them, which is there as soon as it is known. */
final class Figures {

    private final Path file;

    /** Begins the file anew. */
    Figures(Path file) throws IOException {
        this.file = file;
        Files.writeString(file, "work,policy,simulator,measure,value\n");
    }

    /** The words have no comma in them. */
    void add(String work, String policy, String simulator, Map<String, ? extends Number> measures) throws IOException {
        StringBuilder rows = new StringBuilder();
        new TreeMap<>(measures).forEach((measure, value) -> rows.append(String.join(",", work, policy, simulator, measure, number(value.doubleValue()))).append('\n'));
        Files.writeString(file, rows, StandardOpenOption.APPEND);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }
}
