package org.kumiki.twin.study;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reads scenarios, which may be anybody's: each value has its bounds, and what a scenario asks for cannot be more than a large machine can run.
 * docs/simulate.md has the format.
 */
public final class ScenarioReader {

    private static final int MOST_SEEDS = 10_000;
    private static final Duration SHORTEST = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration MOST_MEAN_TIME = Duration.ofDays(36_600);
    private static final int PROMISED = 4;
    private static final int MOST_PROMISED = 64;

    private final Policies brains;
    private final Path directory;

    /** @param directory from which the paths in scenarios begin */
    public ScenarioReader(Policies brains, Path directory) {
        this.brains = brains;
        this.directory = directory;
    }

    /** Reads a file. */
    public static Scenario read(Path file, Policies brains) throws IOException, ScenarioException {
        if (!Files.isRegularFile(file)) {
            throw new ScenarioException("", 0, "there is no file " + file);
        }
        if (Files.size(file) > 4L * Yaml.MOST_CHARACTERS) {
            throw new ScenarioException("", 0, file + " is too large for a scenario: at most " + Yaml.MOST_CHARACTERS / 1024 + " KiB");
        }
        try {
            return new ScenarioReader(brains, file.toAbsolutePath().getParent()).parse(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ScenarioException("", 0, file + " is no text in UTF-8");
        }
    }

    public Scenario parse(String text) throws ScenarioException {
        Field root = Yaml.read(text);
        Map<String, Field> fields = root.map(List.of("name", "physics", "length", "hosts", "overcommit", "types", "workload", "failures", "seeds",
                "scheduler", "strategy", "policies", "compare", "bounds"));
        String name = fields.containsKey("name") ? fields.get("name").label() : "A study";
        Physics physics = fields.containsKey("physics") ? Physics.named(fields.get("physics").word(Physics.names())) : Physics.CLOUDSIM;
        Duration length = fields.containsKey("length") ? fields.get("length").duration(SHORTEST, LONGEST) : Duration.ofDays(1);
        List<MachineType> types = fields.containsKey("types") ? MachinesReader.types(fields.get("types"), physics) : List.of(MachineType.USUAL);
        Workload workload = new WorkloadReader(physics, length, types, directory).read(root.need(fields, "workload", "what the machines use"));
        List<Long> seeds = fields.containsKey("seeds") ? seeds(fields.get("seeds")) : List.of(workload instanceof Workload.Measured ? 0L : 1L);
        Field choices = root.need(fields, "policies", "a list of policies to compare");
        Failing failing = fields.containsKey("failures") ? failing(fields.get("failures"), physics) : Failing.NEVER;
        List<String> compared = Arrays.stream(Metric.values()).filter(metric -> metric.isCompared() && metric.isMeasured(workload, failing)).map(Metric::key)
                .toList();
        return new Scenario(name, text, physics, MachinesReader.hosts(root.need(fields, "hosts", "a list of hosts")),
                fields.containsKey("overcommit") ? promised(fields.get("overcommit"), physics) : PROMISED, types, workload, failing, length,
                new ChoicesReader(brains, physics, fields, seeds.size()).read(choices), seeds,
                fields.containsKey("compare") ? Metric.named(fields.get("compare").word(compared)).orElseThrow() : physics.compared(),
                fields.containsKey("bounds") ? bounds(fields.get("bounds"), compared) : Map.of());
    }

    private static int promised(Field field, Physics physics) throws ScenarioException {
        physics.needsEngine(field, "hosts promise as many CPUs as machines want");
        return (int) field.integer(1, MOST_PROMISED);
    }

    private static Failing failing(Field field, Physics physics) throws ScenarioException {
        physics.needsEngine(field, "no host fails");
        Map<String, Field> fields = field.map(List.of("mean_time", "shape"));
        return new Failing(field.need(fields, "mean_time", "how long a host runs in the mean until it fails").duration(Duration.ofHours(1), MOST_MEAN_TIME),
                fields.containsKey("shape") ? fields.get("shape").number(0.1, 10) : 1);
    }

    private static List<Long> seeds(Field field) throws ScenarioException {
        if (!field.isList()) {
            return LongStream.rangeClosed(1, field.integer(1, MOST_SEEDS)).boxed().toList();
        }
        List<Long> seeds = new ArrayList<>();
        for (Field each : field.list()) {
            long seed = each.integer(0, Long.MAX_VALUE);
            if (seeds.contains(seed)) {
                throw each.wrong("is there twice");
            }
            seeds.add(seed);
        }
        if (seeds.isEmpty() || seeds.size() > MOST_SEEDS) {
            throw field.wrong("must be one to " + MOST_SEEDS + " seeds, or how many there are");
        }
        return seeds;
    }

    private static Map<Metric, Double> bounds(Field field, List<String> compared) throws ScenarioException {
        Map<Metric, Double> bounds = new EnumMap<>(Metric.class);
        for (Map.Entry<String, Field> each : field.map(compared).entrySet()) {
            bounds.put(Metric.named(each.getKey()).orElseThrow(), each.getValue().number(0, Double.MAX_VALUE));
        }
        return bounds;
    }
}
