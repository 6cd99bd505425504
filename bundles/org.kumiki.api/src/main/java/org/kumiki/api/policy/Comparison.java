package org.kumiki.api.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What two policies make of the same moment.
 *
 * @param candidate      the plan of the one that looks on, whose steps are only shown
 * @param active         the plan of the other, on the same view, whose steps are only shown here, too
 * @param now            how the hosts do
 * @param afterCandidate how they would do after the candidate's plan
 * @param afterActive    how they would do after the other's
 */
public record Comparison(PlanReport candidate, PlanReport active, Figures now, Figures afterCandidate, Figures afterActive) {

    public Comparison {
        Objects.requireNonNull(candidate);
        Objects.requireNonNull(active);
    }

    /** What both want, in the candidate's order. */
    public List<Action> common() {
        Set<Action> other = new HashSet<>(actions(active));
        return actions(candidate).stream().filter(other::contains).toList();
    }

    /** What the candidate alone wants. */
    public List<Action> onlyCandidate() {
        return without(candidate, active);
    }

    /** What the other alone wants. */
    public List<Action> onlyActive() {
        return without(active, candidate);
    }

    private static List<Action> without(PlanReport plan, PlanReport other) {
        Set<Action> there = new HashSet<>(actions(other));
        return actions(plan).stream().filter(action -> !there.contains(action)).toList();
    }

    private static List<Action> actions(PlanReport plan) {
        return plan.steps().stream().map(PlanReport.Step::action).toList();
    }

    /** The difference in words. */
    public String text() {
        List<String> differences = new ArrayList<>();
        add(differences, "guests to move", afterCandidate.moves(), afterActive.moves());
        add(differences, "hosts on", (long) afterCandidate.on(), (long) afterActive.on());
        add(differences, "watts", Math.round(afterCandidate.watts()), Math.round(afterActive.watts()));
        add(differences, "hosts without a processor left", full(afterCandidate), full(afterActive));
        return (differences.isEmpty() ? "nothing tells them apart" : candidate.policy() + " against " + active.policy() + ": "
                + String.join(", ", differences)) + String.format(Locale.ROOT, "; %d steps in common, %d and %d of their own", common().size(),
                        onlyCandidate().size(), onlyActive().size());
    }

    private static long full(Figures figures) {
        return Math.round(figures.overload() * figures.on());
    }

    private static void add(List<String> differences, String what, long candidate, long active) {
        if (candidate != active) {
            differences.add(candidate + " instead of " + active + " " + what);
        }
    }
}
