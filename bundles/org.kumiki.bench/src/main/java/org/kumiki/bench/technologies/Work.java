package org.kumiki.bench.technologies;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The script that works, and what it says. */
final class Work {

    /** Of the built-in image's guests, as the script has it. */
    static final int PORT = 5_001;
    private static final String SAYS = "kumiki-work ";
    private static final String DONE = SAYS + "done";

    private Work() {
    }

    static String script() {
        try (InputStream in = Objects.requireNonNull(Work.class.getResourceAsStream("work.sh"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The median of each measure, in seconds; nothing, if the script has not ended. */
    static Optional<Map<Measure, Double>> figures(String output) {
        if (!output.contains(DONE)) {
            return Optional.empty();
        }
        Map<Measure, List<Double>> all = output.lines().map(String::strip).filter(line -> line.startsWith(SAYS)).map(line -> line.split(" "))
                .filter(words -> words.length == 3).collect(Collectors.groupingBy(words -> measure(words[1]), () -> new EnumMap<>(Measure.class),
                        Collectors.mapping(words -> Double.parseDouble(words[2]), Collectors.toList())));
        Map<Measure, Double> medians = new EnumMap<>(Measure.class);
        all.forEach((measure, seconds) -> medians.put(measure, median(seconds)));
        return Optional.of(medians);
    }

    private static Measure measure(String word) {
        return Arrays.stream(Measure.values()).filter(measure -> measure.name().toLowerCase(Locale.ROOT).equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the script says " + word));
    }

    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted(Collections.reverseOrder()).toList();
        return sorted.get(sorted.size() / 2);
    }
}
