package org.kumiki.api.policy;

import java.util.List;
import java.util.Objects;

import org.kumiki.api.model.InstanceId;

/**
 * Steps in the order in which they are to be carried out, and why the whole is worth it. An empty plan is a good plan.
 *
 * @param left the instances that should have moved and cannot
 */
public record Plan(List<Step> steps, String reason, List<Left> left) {

    public static final Plan NOTHING = new Plan(List.of(), "nothing should change");

    public Plan {
        steps = List.copyOf(steps);
        Objects.requireNonNull(reason);
        left = List.copyOf(left);
    }

    public Plan(List<Step> steps, String reason) {
        this(steps, reason, List.of());
    }

    /** One action, with its reason. */
    public record Step(Action action, String reason) {

        public Step {
            Objects.requireNonNull(action);
            Objects.requireNonNull(reason);
        }
    }

    /** An instance that stays where it should not, and why. */
    public record Left(InstanceId instance, String reason) {
    }
}
