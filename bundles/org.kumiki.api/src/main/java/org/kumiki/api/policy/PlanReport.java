package org.kumiki.api.policy;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The latest plan of a policy, and how far it is.
 *
 * @param policy its own name, e.g. {@code balance}
 * @param brain  who planned: name, bundle and version
 * @param advice whether it is only shown; then its steps stay as they were judged
 * @param at     when it was made
 * @param view   version of the view that the policy was given
 * @param reason why the whole is worth it
 * @param left   the instances that should have moved and cannot
 */
public record PlanReport(String policy, String brain, boolean advice, Instant at, long view, String reason, List<Step> steps,
        List<Plan.Left> left) {

    public PlanReport {
        Objects.requireNonNull(policy);
        steps = List.copyOf(steps);
        left = List.copyOf(left);
    }

    /** What has become of a step. */
    public enum State {
        /** Nothing is against it; it waits for its turn, or for somebody to follow the advice. */
        WAITING,
        /** It is being carried out. */
        UNDER_WAY,
        /** It has been carried out. */
        DONE,
        /** Something was against it, when the plan was made or right before it would have been carried out. */
        REFUSED,
        /** It was begun, and did not succeed. Nothing has changed by it. */
        FAILED
    }

    /**
     * One step.
     *
     * @param reason why it is wanted
     * @param note   what was against it, or how it ended; empty if there is nothing to say
     */
    public record Step(Action action, String reason, State state, String note) {

        public Step {
            Objects.requireNonNull(action);
            Objects.requireNonNull(reason);
            Objects.requireNonNull(state);
            Objects.requireNonNull(note);
        }

        public Step with(State newState, String newNote) {
            return new Step(action, reason, newState, newNote);
        }
    }

    /** Whether something of it is still to be done. */
    public boolean isOpen() {
        return !advice && steps.stream().anyMatch(step -> step.state() == State.WAITING || step.state() == State.UNDER_WAY);
    }
}
