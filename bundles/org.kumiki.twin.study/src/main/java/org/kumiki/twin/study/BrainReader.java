package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads which policies, schedulers and strategies a scenario names, with which parameters. What their bundles do not like is known before anything
 * runs: each is constructed once.
 */
final class BrainReader {

    private static final int MOST_VARIANTS = 100_000;

    private final Policies brains;

    /**
     * What may come of a brain some of whose parameters are lists.
     *
     * @param brains one for each combination
     * @param varied which parameters are lists
     */
    record Variants(String name, List<Brain> brains, Set<String> varied) {
    }

    BrainReader(Policies brains) {
        this.brains = brains;
    }

    /** One whose parameters are no lists. */
    Brain single(Field field, Class<?> kind, String noun) throws ScenarioException {
        Variants variants = variants(field, kind, noun);
        if (variants.brains().size() != 1) {
            throw field.wrong("is one " + noun + ", whose parameters are no lists; policies can each have one of their own");
        }
        return variants.brains().get(0);
    }

    /** From a name, or a name with parameters. */
    Variants variants(Field field, Class<?> kind, String noun) throws ScenarioException {
        if (!field.isText()) {
            Map<String, Field> fields = field.map(List.of("name", "parameters"));
            field.need(fields, "name", "which " + noun);
            return variants(field, fields, kind, noun);
        }
        return variants(field, Map.of("name", field), kind, noun);
    }

    /** One for each combination of those of its parameters that are lists. */
    Variants variants(Field field, Map<String, Field> fields, Class<?> kind, String noun) throws ScenarioException {
        String name = fields.get("name").word(noun, brains.names(kind));
        List<Map<String, Object>> combinations = List.of(Map.of());
        Set<String> varied = new HashSet<>();
        if (fields.containsKey("parameters")) {
            Map<String, Object> usual = brains.named(kind, name).orElseThrow().parameters();
            for (Map.Entry<String, Field> each : fields.get("parameters").map(usual.keySet()).entrySet()) {
                List<Field> values = each.getValue().isList() ? each.getValue().list() : List.of(each.getValue());
                if (values.isEmpty() || (long) values.size() * combinations.size() > MOST_VARIANTS) {
                    throw each.getValue().wrong("must be a value, or a list of some of which each is tried");
                }
                if (values.size() > 1) {
                    varied.add(each.getKey());
                }
                combinations = times(combinations, each.getKey(), values, usual.get(each.getKey()));
            }
        }
        List<Brain> found = new ArrayList<>();
        for (Map<String, Object> parameters : combinations) {
            Brain brain = new Brain(name, parameters);
            try {
                brains.create(kind, brain);
            } catch (IllegalArgumentException e) {
                throw field.wrong("the " + noun + " does not accept its parameters: " + e.getMessage());
            }
            found.add(brain);
        }
        return new Variants(name, found, varied);
    }

    private static List<Map<String, Object>> times(List<Map<String, Object>> combinations, String key, List<Field> values, Object like)
            throws ScenarioException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map<String, Object> combination : combinations) {
            for (Field value : values) {
                Map<String, Object> more = new TreeMap<>(combination);
                more.put(key, typed(value, like));
                all.add(more);
            }
        }
        return all;
    }

    /** A value of the type that the bundle has there. */
    private static Object typed(Field value, Object like) throws ScenarioException {
        if (like instanceof Boolean) {
            return value.bool();
        } else if (like instanceof Long) {
            return value.integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (like instanceof Double) {
            return value.number(-Double.MAX_VALUE, Double.MAX_VALUE);
        }
        return value.label();
    }
}
