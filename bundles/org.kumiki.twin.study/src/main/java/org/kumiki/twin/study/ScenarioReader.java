package org.kumiki.twin.study;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.PlanetLab;

/**
 * Reads scenarios, which may be anybody's: each value has its bounds, and what a scenario asks for cannot be more than a large machine can run.
 * docs/simulate.md has the format.
 */
public final class ScenarioReader {

    private static final int MOST_HOSTS = 100_000;
    private static final int MOST_MACHINES = 1_000_000;
    private static final int MOST_SEEDS = 10_000;
    private static final int MOST_RUNS = 100_000;
    private static final long MOST_TRACES_BYTES = 1L << 30;
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final long MOST_MACHINE_DAYS = 2_000_000;
    private static final int MOST_LABEL = 60;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(min|h|d)");
    private static final Map<String, HostKind> TYPES = Map.of("ml110-g4", HostKind.ML110_G4, "ml110-g5", HostKind.ML110_G5,
            "x3250-x3470", new HostKind(4, 2_933, 8_192, PowerTable.X3250_X3470), "x3550-x5675", new HostKind(12, 3_067, 16_384, PowerTable.X3550_X5675));

    private final Policies policies;
    private final Path directory;

    /** @param directory from which the paths in scenarios begin */
    public ScenarioReader(Policies policies, Path directory) {
        this.policies = policies;
        this.directory = directory;
    }

    /** Reads a file. */
    public static Scenario read(Path file, Policies policies) throws IOException, ScenarioException {
        if (!Files.isRegularFile(file)) {
            throw new ScenarioException("", 0, "there is no file " + file);
        }
        if (Files.size(file) > 4L * Field.MOST_CHARACTERS) {
            throw new ScenarioException("", 0, file + " is too large for a scenario: at most " + Field.MOST_CHARACTERS / 1024 + " KiB");
        }
        try {
            return new ScenarioReader(policies, file.toAbsolutePath().getParent()).parse(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ScenarioException("", 0, file + " is no text in UTF-8");
        }
    }

    public Scenario parse(String text) throws ScenarioException {
        Field root = Field.parse(text);
        Map<String, Field> fields = root.map(List.of("name", "physics", "length", "hosts", "workload", "seeds", "policies", "compare", "bounds"));
        Duration length = fields.containsKey("length") ? length(fields.get("length")) : Duration.ofDays(1);
        Workload workload = workload(need(fields, "workload", root, "what the machines use"), length);
        List<Long> seeds = fields.containsKey("seeds") ? seeds(fields.get("seeds")) : List.of(workload instanceof Workload.Measured ? 0L : 1L);
        Field choices = need(fields, "policies", root, "a list of policies to compare");
        Scenario scenario = new Scenario(fields.containsKey("name") ? label(fields.get("name")) : "A study", text,
                fields.containsKey("physics") ? Physics.named(fields.get("physics").word(Physics.names())) : Physics.CLOUDSIM,
                hosts(need(fields, "hosts", root, "a list of hosts")), workload, length, choices(choices), seeds,
                fields.containsKey("compare") ? Metric.named(fields.get("compare").word(Metric.keys())).orElseThrow() : Metric.ESV_KWH,
                fields.containsKey("bounds") ? bounds(fields.get("bounds")) : Map.of());
        if ((long) scenario.policies().size() * seeds.size() > MOST_RUNS) {
            throw choices.wrong("comes to " + (long) scenario.policies().size() * seeds.size() + " runs with " + seeds.size() + " seeds; at most " + MOST_RUNS);
        }
        return scenario;
    }

    private static Field need(Map<String, Field> fields, String name, Field in, String meaning) throws ScenarioException {
        if (!fields.containsKey(name)) {
            throw in.wrong("'" + name + "' is missing: " + meaning);
        }
        return fields.get(name);
    }

    private static String label(Field field) throws ScenarioException {
        String text = field.text().strip();
        if (text.isEmpty() || text.length() > MOST_LABEL || text.codePoints().anyMatch(Character::isISOControl)) {
            throw field.wrong("must be a line of 1 to " + MOST_LABEL + " characters");
        }
        return text;
    }

    private static Duration length(Field field) throws ScenarioException {
        Matcher parts = DURATION.matcher(field.text().strip());
        if (!parts.matches()) {
            throw field.wrong("must be a length such as 90 min, 24 h or 7 d");
        }
        long count = Long.parseLong(parts.group(1));
        Duration length = switch (parts.group(2)) {
            case "min" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        if (length.compareTo(Duration.ofMinutes(15)) < 0 || length.compareTo(LONGEST) > 0) {
            throw field.wrong("must be from 15 min to " + LONGEST.toDays() + " d");
        }
        return length;
    }

    // --- Hosts and machines --------------------------------------------------------------------------------------------------

    private static List<HostKind> hosts(Field field) throws ScenarioException {
        Map<HostKind, Integer> counts = new LinkedHashMap<>();
        int all = 0;
        for (Field each : field.list()) {
            Map<String, Field> fields = each.map(List.of("type", "count", "cores", "mips", "memory_mib", "power"));
            int count = (int) need(fields, "count", each, "how many there are of them").integer(1, MOST_HOSTS);
            all += count;
            if (all > MOST_HOSTS) {
                throw fields.get("count").wrong("comes to more than " + MOST_HOSTS + " hosts");
            }
            counts.merge(kind(each, fields), count, Integer::sum);
        }
        if (counts.isEmpty()) {
            throw field.wrong("needs at least one kind of host, such as `- { type: ml110-g4, count: 10 }`");
        }
        return HostKind.byTurns(counts);
    }

    private static HostKind kind(Field each, Map<String, Field> fields) throws ScenarioException {
        HostKind base = fields.containsKey("type") ? TYPES.get(fields.get("type").word(TYPES.keySet().stream().sorted().toList())) : null;
        String or = ", or a type that has it";
        int cores = base != null && !fields.containsKey("cores") ? base.cores() : (int) need(fields, "cores", each, "how many" + or).integer(1, 1_024);
        double mips = base != null && !fields.containsKey("mips") ? base.coreMips() : need(fields, "mips", each, "what a core does" + or).number(1, 1_000_000);
        int memory = base != null && !fields.containsKey("memory_mib") ? base.memoryMiB()
                : (int) need(fields, "memory_mib", each, "how much memory" + or).integer(1, 1 << 30);
        PowerTable power = base != null && !fields.containsKey("power") ? base.power() : power(need(fields, "power", each, "what it draws" + or));
        return new HostKind(cores, mips, memory, power);
    }

    private static PowerTable power(Field field) throws ScenarioException {
        if (field.isText()) {
            String name = field.text();
            if (!PowerTable.NAMED.containsKey(name)) {
                throw field.wrong("unknown table '" + name.replaceAll("\\p{Cntrl}", "?") + "'; known are " + String.join(", ", PowerTable.NAMED.keySet())
                        + "; or write eleven values in watts, at 0, 10, … 100 % load");
            }
            return PowerTable.NAMED.get(name);
        }
        List<Field> values = field.list();
        if (values.size() != 11) {
            throw field.wrong("has " + values.size() + " values; a table has eleven, in watts, at 0, 10, … 100 % load");
        }
        double[] watts = new double[values.size()];
        for (int index = 0; index < watts.length; index++) {
            watts[index] = values.get(index).number(0, 1_000_000);
        }
        return new PowerTable(watts);
    }

    private Workload workload(Field field, Duration length) throws ScenarioException {
        Map<String, Field> fields = field.map(List.of("generator", "traces", "machines"));
        if (fields.containsKey("generator") == fields.containsKey("traces")) {
            throw field.wrong("needs either a generator (workdays) or traces (a day of PlanetLab's, as a folder or a file)");
        }
        if (fields.containsKey("traces")) {
            return measured(fields);
        }
        fields.get("generator").word(List.of("workdays"));
        Field machines = need(fields, "machines", field, "how many are made up");
        int count = (int) machines.integer(1, MOST_MACHINES);
        if (count * Math.max(1, length.toDays()) > MOST_MACHINE_DAYS) {
            throw machines.wrong("for that length are too many; at most " + MOST_MACHINE_DAYS + " machines times days");
        }
        return new Workload.Enterprise(count);
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
            return new Workload.Measured(all, machines, digest(all));
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

    // --- Runs ----------------------------------------------------------------------------------------------------------------

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

    private List<Choice> choices(Field field) throws ScenarioException {
        List<Choice> choices = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        for (Field each : field.list()) {
            for (Choice choice : each.isText() ? List.of(choice(each, each, Map.of())) : combinations(each)) {
                if (!labels.add(choice.label())) {
                    throw each.wrong("is called '" + choice.label() + "', as another is; give it a label of its own");
                }
                choices.add(choice);
            }
            if (choices.size() > MOST_RUNS) {
                throw each.wrong("comes to more than " + MOST_RUNS + " policies");
            }
        }
        if (choices.isEmpty()) {
            throw field.wrong("needs at least one policy; known are " + known());
        }
        return choices;
    }

    private String known() {
        return Choice.NONE + ", " + String.join(", ", policies.names());
    }

    /** One for each combination of those of its parameters that are lists. */
    private List<Choice> combinations(Field field) throws ScenarioException {
        Map<String, Field> fields = field.map(List.of("name", "label", "parameters"));
        Field name = need(fields, "name", field, "which policy");
        List<Map<String, Object>> combinations = List.of(Map.of());
        Set<String> varied = new HashSet<>();
        if (fields.containsKey("parameters")) {
            PolicyBundle bundle = policies.named(name.text()).orElseThrow(() -> unknown(name));
            for (Map.Entry<String, Field> each : fields.get("parameters").map(bundle.parameters().keySet()).entrySet()) {
                List<Field> values = each.getValue().isList() ? each.getValue().list() : List.of(each.getValue());
                if (values.isEmpty() || (long) values.size() * combinations.size() > MOST_RUNS) {
                    throw each.getValue().wrong("must be a value, or a list of some of which each is tried");
                }
                if (values.size() > 1) {
                    varied.add(each.getKey());
                }
                combinations = times(combinations, each.getKey(), values, bundle.parameters().get(each.getKey()));
            }
        }
        List<Choice> choices = new ArrayList<>();
        for (Map<String, Object> parameters : combinations) {
            Choice choice = choice(name, field, parameters);
            String label = fields.containsKey("label") ? label(fields.get("label")) : choice.policy();
            StringBuilder full = new StringBuilder(label);
            parameters.forEach((key, value) -> full.append(varied.contains(key) || !fields.containsKey("label") ? " " + key + "=" + value : ""));
            choices.add(new Choice(full.toString(), choice.policy(), parameters));
        }
        return choices;
    }

    private static List<Map<String, Object>> times(List<Map<String, Object>> combinations, String key, List<Field> values, Object like) throws ScenarioException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map<String, Object> combination : combinations) {
            for (Field value : values) {
                Map<String, Object> more = new TreeMap<>(combination);
                more.put(key, like instanceof Boolean ? (Object) value.bool() : like instanceof Long ? (Object) value.integer(Integer.MIN_VALUE, Integer.MAX_VALUE)
                        : like instanceof Double ? (Object) value.number(-Double.MAX_VALUE, Double.MAX_VALUE) : label(value));
                all.add(more);
            }
        }
        return all;
    }

    private ScenarioException unknown(Field name) {
        try {
            name.word(List.of(known().split(", ")));
            return name.wrong("has no parameters");
        } catch (ScenarioException e) {
            return e;
        }
    }

    /** A policy that can be constructed so; that is tried, so that what it does not like is known before anything runs. */
    private Choice choice(Field name, Field whole, Map<String, Object> parameters) throws ScenarioException {
        String policy = name.text();
        if (!policy.equals(Choice.NONE)) {
            PolicyBundle bundle = policies.named(policy).orElseThrow(() -> unknown(name));
            try {
                bundle.create(parameters);
            } catch (IllegalArgumentException e) {
                throw whole.wrong("the policy does not accept its parameters: " + e.getMessage());
            }
        }
        return new Choice(policy, policy, parameters);
    }

    private static Map<Metric, Double> bounds(Field field) throws ScenarioException {
        Map<Metric, Double> bounds = new EnumMap<>(Metric.class);
        for (Map.Entry<String, Field> each : field.map(Metric.keys()).entrySet()) {
            bounds.put(Metric.named(each.getKey()).orElseThrow(), each.getValue().number(0, Double.MAX_VALUE));
        }
        return bounds;
    }
}
