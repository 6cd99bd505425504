package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;

/** Reads what a scenario compares. */
final class ChoicesReader {

    private static final int MOST_RUNS = 100_000;
    private static final int MOST_TOGETHER = 20;
    private static final BrainReader.Variants NONE = new BrainReader.Variants(Choice.NONE, List.of(), Set.of());
    private static final Brain USUAL_SCHEDULER = new Brain("bestfit", Map.of());
    private static final Brain USUAL_STRATEGY = new Brain("adaptive", Map.of());

    private final BrainReader brains;
    private final List<String> known;
    private final Physics physics;
    private final int seeds;
    private final Brain scheduler;
    private final Brain strategy;

    /**
     * @param scenario the fields of the scenario, which may name a scheduler and a strategy for all
     * @param seeds    how many each is run with
     */
    ChoicesReader(Policies policies, Physics physics, Map<String, Field> scenario, int seeds) throws ScenarioException {
        brains = new BrainReader(policies);
        known = new ArrayList<>(List.of(Choice.NONE));
        known.addAll(policies.names(Policy.class));
        this.physics = physics;
        this.seeds = seeds;
        scheduler = scheduler(scenario, USUAL_SCHEDULER);
        strategy = strategy(scenario, USUAL_STRATEGY);
    }

    private Brain scheduler(Map<String, Field> fields, Brain otherwise) throws ScenarioException {
        Field field = fields.get("scheduler");
        if (field == null) {
            return otherwise;
        }
        physics.needsEngine(field, "machines are placed as CloudSim places them");
        return brains.single(field, Scheduler.class, "scheduler");
    }

    private Brain strategy(Map<String, Field> fields, Brain otherwise) throws ScenarioException {
        Field field = fields.get("strategy");
        if (field == null) {
            return otherwise;
        }
        physics.needsEngine(field, "moves are not directed by a strategy");
        return brains.single(field, MigrationStrategy.class, "strategy");
    }

    List<Choice> read(Field field) throws ScenarioException {
        List<Choice> choices = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        Map<Choice, String> alike = new HashMap<>();
        for (Field each : field.list()) {
            for (Choice choice : each.isText() ? choices(List.of(policy(each)), each, Map.of()) : choices(each)) {
                String same = alike.put(choice.labelled(""), choice.label());
                if (!labels.add(choice.label())) {
                    throw each.wrong("is called '" + choice.label() + "', as another is; give it a label of its own");
                } else if (same != null) {
                    throw each.wrong("is the same as '" + same + "', but for its label");
                }
                choices.add(choice);
            }
            bound(each, choices.size());
        }
        if (choices.isEmpty()) {
            throw field.wrong("needs at least one policy; known are " + String.join(", ", known));
        }
        return choices;
    }

    private void bound(Field field, long choices) throws ScenarioException {
        if (choices * seeds > MOST_RUNS) {
            throw field.wrong("comes to " + choices * seeds + " runs with " + seeds + " seeds; at most " + MOST_RUNS);
        }
    }

    private List<Choice> choices(Field field) throws ScenarioException {
        Map<String, Field> fields = field.map(List.of("name", "together", "label", "parameters", "scheduler", "strategy"));
        if (fields.containsKey("name") == fields.containsKey("together")) {
            throw field.wrong("needs either a name, or `together` with several policies");
        }
        if (fields.containsKey("name")) {
            Map<String, Field> policy = new TreeMap<>(fields);
            policy.keySet().retainAll(Set.of("name", "parameters"));
            return choices(List.of(policy(field, policy)), field, fields);
        }
        if (fields.containsKey("parameters")) {
            throw fields.get("parameters").wrong("belong to a policy: together: [{ name: …, parameters: … }, …]");
        }
        return choices(together(fields.get("together")), field, fields);
    }

    private List<BrainReader.Variants> together(Field field) throws ScenarioException {
        physics.needsEngine(field, "one policy decides");
        List<BrainReader.Variants> parts = new ArrayList<>();
        for (Field each : field.list()) {
            BrainReader.Variants part = brains.variants(each, Policy.class, "policy");
            if (parts.stream().anyMatch(other -> other.name().equals(part.name()))) {
                throw each.wrong("is there twice");
            }
            parts.add(part);
        }
        if (parts.isEmpty() || parts.size() > MOST_TOGETHER) {
            throw field.wrong("must be 1 to " + MOST_TOGETHER + " policies");
        }
        return parts;
    }

    /** Each combination of the variants of all parts. */
    private List<Choice> choices(List<BrainReader.Variants> parts, Field field, Map<String, Field> fields) throws ScenarioException {
        List<List<Brain>> combinations = List.of(List.of());
        for (BrainReader.Variants part : parts) {
            if (!part.brains().isEmpty()) {
                List<List<Brain>> more = new ArrayList<>();
                for (List<Brain> combination : combinations) {
                    for (Brain brain : part.brains()) {
                        List<Brain> longer = new ArrayList<>(combination);
                        longer.add(brain);
                        more.add(longer);
                    }
                }
                combinations = more;
                bound(field, combinations.size());
            }
        }
        Brain itsScheduler = scheduler(fields, scheduler);
        Brain itsStrategy = strategy(fields, strategy);
        List<Choice> choices = new ArrayList<>();
        for (List<Brain> combination : combinations) {
            choices.add(new Choice(label(combination, parts, fields), combination, itsScheduler, itsStrategy));
        }
        return choices;
    }

    private static String label(List<Brain> policies, List<BrainReader.Variants> parts, Map<String, Field> fields) throws ScenarioException {
        boolean isLabelled = fields.containsKey("label");
        StringBuilder label = new StringBuilder(isLabelled ? fields.get("label").label() : policies.isEmpty() ? Choice.NONE : "");
        for (int part = 0; part < policies.size(); part++) {
            Brain policy = policies.get(part);
            Set<String> varied = parts.get(part).varied();
            if (!isLabelled) {
                label.append(part == 0 ? "" : " + ").append(policy.name());
            }
            policy.parameters().forEach((key, value) -> {
                if (!isLabelled || varied.contains(key)) {
                    label.append(' ').append(key).append('=').append(value);
                }
            });
        }
        for (String other : List.of("scheduler", "strategy")) {
            if (!isLabelled && fields.containsKey(other)) {
                Field field = fields.get(other);
                label.append(' ').append(other).append('=').append(field.isText() ? field.text() : field.map().get("name").text());
            }
        }
        return label.toString();
    }

    /** A policy, or none. */
    private BrainReader.Variants policy(Field field) throws ScenarioException {
        return field.word("policy", known).equals(Choice.NONE) ? NONE : brains.variants(field, Policy.class, "policy");
    }

    private BrainReader.Variants policy(Field field, Map<String, Field> fields) throws ScenarioException {
        Field name = fields.get("name");
        if (!name.word("policy", known).equals(Choice.NONE)) {
            return brains.variants(field, fields, Policy.class, "policy");
        } else if (fields.containsKey("parameters")) {
            throw name.wrong("has no parameters");
        }
        return NONE;
    }
}
