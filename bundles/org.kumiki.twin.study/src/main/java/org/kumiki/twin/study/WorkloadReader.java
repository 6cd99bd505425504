package org.kumiki.twin.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.PlanetLab;

/** Reads what a scenario's machines use, and when they come and go. */
final class WorkloadReader {

    private static final int MOST_MACHINES = 1_000_000;
    private static final int MOST_PARTS = 20;
    private static final long MOST_TRACES_BYTES = 1L << 30;
    private static final long MOST_MACHINE_DAYS = 2_000_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final double MOST_TIMES = 10_000;
    private static final List<String> GENERATORS = List.of("workdays", "people", "service");

    private final Physics physics;
    private final Duration length;
    private final List<MachineType> types;
    private final Path directory;

    /**
     * @param length    of a run
     * @param types     that machines may have
     * @param directory from which paths begin
     */
    WorkloadReader(Physics physics, Duration length, List<MachineType> types, Path directory) {
        this.physics = physics;
        this.length = length;
        this.types = types;
        this.directory = directory;
    }

    Workload read(Field field) throws ScenarioException {
        if (!field.isList()) {
            return part(field);
        }
        physics.needsEngine(field, "there is one workload");
        List<Workload> parts = new ArrayList<>();
        for (Field each : field.list()) {
            parts.add(part(each));
        }
        if (parts.isEmpty() || parts.size() > MOST_PARTS) {
            throw field.wrong("must be a workload, or a list of up to " + MOST_PARTS + " that come together");
        }
        if (parts.stream().mapToLong(Workload::machines).sum() > MOST_MACHINES) {
            throw field.wrong("comes to more than " + MOST_MACHINES + " machines");
        }
        return parts.size() == 1 ? parts.get(0) : new Workload.Together(parts);
    }

    private Workload part(Field field) throws ScenarioException {
        Map<String, Field> fields = field.map();
        if (fields.containsKey("generator") == fields.containsKey("traces")) {
            throw field.wrong("needs either a generator (" + String.join(", ", GENERATORS)
                    + ") or traces (a day of PlanetLab's, as a folder or a file)");
        }
        if (fields.containsKey("traces")) {
            return measured(field.map(List.of("traces", "machines", "type")));
        }
        Field generator = fields.get("generator");
        return switch (generator.word(GENERATORS)) {
            case "people" -> people(field, generator);
            case "service" -> service(field, generator);
            default -> workdays(field);
        };
    }

    private Workload workdays(Field field) throws ScenarioException {
        Map<String, Field> fields = field.map(List.of("generator", "machines", "type"));
        Field machines = field.need(fields, "machines", "how many are made up");
        return new Workload.Enterprise(bounded(machines, machines.integer(1, MOST_MACHINES)), shares(fields));
    }

    private Workload measured(Map<String, Field> fields) throws ScenarioException {
        Field field = fields.get("traces");
        try {
            Path path = directory.resolve(field.text());
            if (!Files.isDirectory(path) && (!Files.isRegularFile(path) || Files.size(path) > MOST_TRACES_BYTES)) {
                throw field.wrong("there is no folder or file " + path + " of at most 1 GiB");
            }
            CpuTraces all = PlanetLab.read(path);
            int machines = fields.containsKey("machines") ? (int) fields.get("machines").integer(1, all.machines()) : all.machines();
            return new Workload.Measured(all, machines, digest(all), shares(fields));
        } catch (IOException | InvalidPathException e) {
            throw field.wrong("cannot be read: " + e.getMessage());
        }
    }

    private static String digest(CpuTraces traces) {
        MessageDigest digest = Code.sha256();
        for (byte[] row : traces.percent()) {
            digest.update(row);
        }
        return Code.hex(digest);
    }

    private Workload people(Field field, Field generator) throws ScenarioException {
        comesAndGoes(generator);
        Map<String, Field> fields = field.map(List.of("generator", "arrivals_per_hour", "lifetime", "rhythm", "use_percent", "type"));
        Field arrivals = field.need(fields, "arrivals_per_hour", "how many machines are launched in an hour of the rhythm's 1");
        double perHour = arrivals.number(0.01, MOST_MACHINES);
        Duration lifetime = field.need(fields, "lifetime", "how long a machine lives in the mean").duration(MINUTE, LONGEST);
        Tempo tempo = tempo(fields);
        int all = bounded(arrivals, Math.round(perHour * length.toMinutes() / 60 * tempo.mean(length)));
        return new Workload.People(all, tempo, perHour, lifetime, percent(fields, 20), shares(fields));
    }

    private Workload service(Field field, Field generator) throws ScenarioException {
        comesAndGoes(generator);
        Map<String, Field> fields = field.map(List.of("generator", "servers", "rhythm", "use_percent", "type"));
        Field needed = field.need(fields, "servers", "how many it needs at the rhythm's 1");
        double servers = needed.number(0.01, MOST_MACHINES);
        Tempo tempo = tempo(fields);
        int all = bounded(needed, Math.round(servers * tempo.most(length) * Math.max(1, length.toDays())));
        List<String> names = types.stream().map(MachineType::name).toList();
        if (!fields.containsKey("type") && names.size() > 1) {
            throw field.wrong("'type' is missing: which of " + String.join(", ", names) + " its servers are");
        }
        String type = fields.containsKey("type") ? fields.get("type").word(names) : names.get(0);
        return new Workload.Service(all, tempo, servers, percent(fields, 60), type);
    }

    private void comesAndGoes(Field generator) throws ScenarioException {
        physics.needsEngine(generator, "all machines are there from the beginning to the end");
    }

    private int bounded(Field field, long machines) throws ScenarioException {
        if (machines > MOST_MACHINES || machines * Math.max(1, length.toDays()) > MOST_MACHINE_DAYS) {
            throw field.wrong("for that length comes to too many; at most " + MOST_MACHINES + " machines, and " + MOST_MACHINE_DAYS
                    + " machines times days");
        }
        return (int) Math.max(1, machines);
    }

    private static double percent(Map<String, Field> fields, double otherwise) throws ScenarioException {
        return (fields.containsKey("use_percent") ? fields.get("use_percent").number(1, 100) : otherwise) / 100;
    }

    /** The type that is named, or else each as often as its share says. */
    private List<String> shares(Map<String, Field> fields) throws ScenarioException {
        Optional<Field> type = Optional.ofNullable(fields.get("type"));
        if (type.isPresent()) {
            physics.needsEngine(type.get(), "machines are of CloudSim's four kinds, a quarter each");
            return List.of(type.get().word(types.stream().map(MachineType::name).toList()));
        }
        List<String> names = new ArrayList<>();
        types.forEach(each -> names.addAll(Collections.nCopies(each.share(), each.name())));
        return names;
    }

    private Tempo tempo(Map<String, Field> fields) throws ScenarioException {
        return fields.containsKey("rhythm") ? tempo(fields.get("rhythm")) : Tempo.Usual.OFFICE;
    }

    private Tempo tempo(Field field) throws ScenarioException {
        if (field.isText()) {
            List<String> usual = Arrays.stream(Tempo.Usual.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
            return Tempo.Usual.valueOf(field.word("rhythm", usual).toUpperCase(Locale.ROOT));
        }
        if (field.isList()) {
            List<Tempo> factors = new ArrayList<>();
            for (Field each : field.list()) {
                factors.add(tempo(each));
            }
            if (factors.isEmpty()) {
                throw field.wrong("must be a rhythm, or some that are multiplied");
            }
            return new Tempo.Product(factors);
        }
        Map<String, Field> fields = field.map(List.of("launch", "growth"));
        if (fields.size() != 1) {
            throw field.wrong("must be either a launch or a growth; a list of rhythms multiplies them");
        }
        return fields.containsKey("launch") ? launch(fields.get("launch")) : growth(fields.get("growth"));
    }

    private static Tempo launch(Field field) throws ScenarioException {
        Map<String, Field> fields = field.map(List.of("at", "peak", "half_life"));
        return new Tempo.Launch(field.need(fields, "at", "when it is launched").duration(Duration.ZERO, LONGEST),
                field.need(fields, "peak", "how many times what stays").number(1, MOST_TIMES),
                field.need(fields, "half_life", "how long until half of what is too much is lost").duration(MINUTE, LONGEST));
    }

    private static Tempo growth(Field field) throws ScenarioException {
        Map<String, Field> fields = field.map(List.of("times", "begin", "time"));
        return new Tempo.Growth(field.need(fields, "times", "how many times as much it comes to").number(1.0 / MOST_TIMES, MOST_TIMES),
                field.need(fields, "begin", "when it begins to grow").duration(Duration.ZERO, LONGEST),
                field.need(fields, "time", "how long it grows").duration(MINUTE, LONGEST));
    }
}
