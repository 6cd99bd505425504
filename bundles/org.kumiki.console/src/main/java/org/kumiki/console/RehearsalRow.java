package org.kumiki.console;

import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Comparison;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;

/**
 * A policy that was given a role, and how it does. Times are milliseconds since 1970.
 *
 * @param role      in lower case
 * @param hosts     how many it has of its own, while it is a canary
 * @param promoteAt 0 for never
 * @param objection what is against it; empty if nothing is
 * @param moves     how many guests it has moved
 * @param text      in which way its plan differs from the other's; empty if they are not compared
 * @param steps     the first of those of both, by whom they are wanted
 * @param more      how many others
 */
record RehearsalRow(String policy, String role, String inPlaceOf, int hosts, String bounds, long since, long promoteAt, String by, String reason,
        String objection, int moves, String text, List<PlanRow.StepRow> steps, int more, List<Plot> plots) {

    static RehearsalRow of(RehearsalReport report, Inventory inventory) {
        Rehearsal given = report.rehearsal();
        List<PlanRow.StepRow> steps = report.plans().map(plans -> steps(plans, inventory)).orElse(List.of());
        return new RehearsalRow(given.policy(), Overview.lower(given.role()), given.inPlaceOf().orElse(""), given.hosts().size(), given.bounds().text(),
                given.since().toEpochMilli(), given.promoteAt().map(at -> at.toEpochMilli()).orElse(0L), given.by(), given.reason(),
                report.objection().orElse(""), report.moves(), report.plans().map(Comparison::text).orElse(""),
                steps.stream().limit(PlanRow.STEPS).toList(), Math.max(0, steps.size() - PlanRow.STEPS), Plot.of(report.samples()));
    }

    /** Those that tell them apart come first. */
    private static List<PlanRow.StepRow> steps(Comparison plans, Inventory inventory) {
        List<PlanRow.StepRow> rows = new ArrayList<>();
        plans.onlyCandidate().forEach(action -> rows.add(step(rows.size(), action, plans.candidate(), "candidate", inventory)));
        plans.onlyActive().forEach(action -> rows.add(step(rows.size(), action, plans.active(), "other", inventory)));
        plans.common().forEach(action -> rows.add(step(rows.size(), action, plans.candidate(), "both", inventory)));
        return rows;
    }

    private static PlanRow.StepRow step(int before, Action action, PlanReport plan, String who, Inventory inventory) {
        PlanReport.Step step = plan.steps().stream().filter(one -> one.action().equals(action)).findFirst().orElseThrow();
        return PlanRow.step(before + 1, step, inventory).by(who);
    }
}
