package org.kumiki.api.policy;

import java.util.List;

/** Steps in the order in which they are to be carried out, and why the whole is worth it. An empty plan is a good plan. */
public record Plan(List<Step> steps, String reason) {

    public static final Plan NOTHING = new Plan(List.of(), "nothing should change");

    public Plan {
        steps = List.copyOf(steps);
    }

    /** One action, with its reason. */
    public record Step(Action action, String reason) {
    }
}
