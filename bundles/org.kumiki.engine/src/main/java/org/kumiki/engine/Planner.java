package org.kumiki.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Decision;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.view.DatacenterView;

/** Asks policies for plans, and has each checked on the view that it was made on. Thread-safe. */
final class Planner {

    private static final Duration TO_PLAN = Duration.ofSeconds(30);
    private static final int LONGEST_PLAN = 100_000;

    /** A plan, and what was thought of each of its steps on the view that it was made on. */
    record Judged(DatacenterView view, History history, Plan plan, List<PlanChecker.Verdict> verdicts) {

        /** How its hosts do now. */
        Figures before() {
            return Figures.expected(view, history, Plan.NOTHING);
        }

        /** How they would do if all of it were done, by one that has moved so many guests within the last hour. */
        Figures after(int moved) {
            Figures after = Figures.expected(view, history, plan);
            return after.withMoves(after.moves() + moved);
        }
    }

    private final Supervised<Policy> policies;

    Planner(Supervised<Policy> policies) {
        this.policies = policies;
    }

    /** Asks one for a plan. What is wrong with its answer counts against it. */
    CompletionStage<Judged> plan(Supervised.One<Policy> policy, DatacenterView view, History history) {
        return plan(policy, view, history, action -> Optional.empty());
    }

    /** @param beyond why an action is not this policy's, whatever the state; empty if it is */
    CompletionStage<Judged> plan(Supervised.One<Policy> policy, DatacenterView view, History history, Function<Action, Optional<String>> beyond) {
        return policies.ask(policy, TO_PLAN, brain -> judge(view, history, brain.plan(view, history), beyond), Planner::fault);
    }

    private static Judged judge(DatacenterView view, History history, Plan plan, Function<Action, Optional<String>> beyond) {
        return new Judged(view, history, plan, plan == null || plan.steps().size() > LONGEST_PLAN ? List.of()
                : PlanChecker.check(view, plan, beyond));
    }

    /** One step that cannot be is a mistake; nothing but such steps is a policy that does not know what it does. */
    private static String fault(Judged judged) {
        if (judged.plan() == null) {
            return "answered null";
        } else if (judged.plan().steps().size() > LONGEST_PLAN) {
            return "planned " + judged.plan().steps().size() + " steps; " + LONGEST_PLAN + " are the most";
        } else if (!judged.verdicts().isEmpty() && judged.verdicts().stream().allMatch(verdict -> verdict.objection().isPresent())) {
            PlanChecker.Verdict first = judged.verdicts().get(0);
            return "planned nothing that may be done: " + first.step().action() + " " + first.objection().get();
        }
        return null;
    }

    /** Has a policy plan once more, on what it saw then, and makes a record of the step that does the same. */
    CompletionStage<Decision> again(Policies.Origin origin, Action action, Decision recorded) {
        Supervised.One<Policy> policy = policies.find(Optional.of(origin.policy())).filter(one -> one.toString().equals(origin.brain()))
                .orElseThrow(() -> Refused.unavailable(Kind.DECISION, recorded.number(), "The policy " + origin.brain() + " is not present any more",
                        null));
        DatacenterView view = origin.view().copy();
        return policies.ask(policy, TO_PLAN, brain -> brain.plan(view, origin.history()), plan -> plan == null ? "answered null" : null)
                .thenApply(plan -> decision(recorded, view, plan, action));
    }

    private static Decision decision(Decision recorded, DatacenterView view, Plan plan, Action action) {
        Optional<Plan.Step> same = plan.steps().stream().filter(step -> step.action().equals(action)).findFirst();
        if (same.isEmpty()) {
            return new Decision(recorded.number(), recorded.at(), recorded.view(), recorded.brain(), recorded.subject(), List.of(),
                    "it would not be done: " + plan.reason(), List.of());
        } else if (action instanceof Action.Sleep || action instanceof Action.Wake) {
            return new Decision(recorded.number(), recorded.at(), recorded.view(), recorded.brain(), recorded.subject(), List.of(),
                    HostCommands.reason(action instanceof Action.Wake, same.get().reason()), List.of());
        }
        return MigrationCommands.decision(recorded, plan.reason(), placement(view, action, same.get().reason()));
    }

    /** Why there, and why not elsewhere: as the policy saw it. */
    static Placement placement(DatacenterView view, Action action, String reason) {
        int row = view.instances().row(action.instances().get(0));
        return new Placement(List.of(Execution.destination(action)), reason, row < 0 ? List.of()
                : Eligibility.refusals(view.hosts(), view.instances().resources(row), view.instances().rules(row)));
    }
}
