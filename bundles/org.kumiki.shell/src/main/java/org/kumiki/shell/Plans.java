package org.kumiki.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;

/** What policies plan, in words. Pure. */
final class Plans {

    private Plans() {
    }

    static String mode(PlanReport plan) {
        return plan.advice() ? "advice" : plan.isOpen() ? "under way" : "ended";
    }

    /** How far a plan is, e.g. {@code 3 done, 1 under way, 2 waiting}. */
    static String steps(PlanReport plan) {
        return Arrays.stream(PlanReport.State.values())
                .map(state -> new Object[] { plan.steps().stream().filter(step -> step.state() == state).count(), state })
                .filter(count -> (long) count[0] > 0).map(count -> count[0] + " " + word((PlanReport.State) count[1]))
                .collect(Collectors.joining(", "));
    }

    static String word(PlanReport.State state) {
        return Text.lowerCase(state).replace('-', ' ');
    }

    static String action(Inventory inventory, Action action) {
        if (action instanceof Action.Migrate move) {
            return "move " + name(inventory, move.instance()) + " to " + move.destination();
        }
        if (action instanceof Action.MigrateTogether move) {
            return "move " + move.instances().stream().map(instance -> name(inventory, instance)).collect(Collectors.joining(", "))
                    + " together to " + move.destination();
        }
        if (action instanceof Action.Sleep sleep) {
            return "switch " + sleep.host() + " off";
        }
        return action instanceof Action.Wake wake ? "switch " + wake.host() + " on" : String.valueOf(action);
    }

    /** Its identifier, and its name if it has one. */
    static String name(Inventory inventory, InstanceId id) {
        return id + inventory.instances().find(id).map(instance -> instance.tags().get("Name")).map(name -> " (" + Text.line(name) + ")").orElse("");
    }

    /** What the latest plans make of an instance. */
    static List<String> about(Inventory inventory, List<PlanReport> plans, InstanceId instance) {
        List<String> lines = new ArrayList<>();
        for (PlanReport plan : plans) {
            for (PlanReport.Step step : plan.steps()) {
                if (moves(step.action(), instance)) {
                    lines.add(line(inventory, plan, step));
                }
            }
            for (Plan.Left left : plan.left()) {
                if (left.instance().equals(instance)) {
                    lines.add("policy " + Text.line(plan.policy()) + " left it where it is: " + Text.line(left.reason()));
                }
            }
        }
        return lines;
    }

    /** What the latest plans make of a host: of itself, of the guests that are to come, and of those that should leave and cannot. */
    static List<String> about(Inventory inventory, List<PlanReport> plans, HostId host) {
        List<String> lines = new ArrayList<>();
        for (PlanReport plan : plans) {
            for (PlanReport.Step step : plan.steps()) {
                if (touches(inventory, step, host)) {
                    lines.add(line(inventory, plan, step));
                }
            }
            for (Plan.Left left : plan.left()) {
                if (isOn(inventory, left.instance(), host)) {
                    lines.add("policy " + Text.line(plan.policy()) + " left " + name(inventory, left.instance()) + " there: "
                            + Text.line(left.reason()));
                }
            }
        }
        return lines;
    }

    /** What was against moving an instance to a host, when a policy wanted it. */
    static List<String> against(List<PlanReport> plans, InstanceId instance, HostId host) {
        return plans.stream().flatMap(plan -> plan.steps().stream()
                .filter(step -> moves(step.action(), instance) && host.equals(destination(step.action())) && !step.note().isEmpty())
                .map(step -> "policy " + Text.line(plan.policy()) + " wanted it there (" + word(step.state()) + "): " + Text.line(step.note())))
                .toList();
    }

    private static String line(Inventory inventory, PlanReport plan, PlanReport.Step step) {
        return "policy " + Text.line(plan.policy()) + (plan.advice() ? " advises to " : " wants to ") + action(inventory, step.action()) + " ("
                + word(step.state()) + (step.note().isEmpty() ? "" : ": " + Text.line(step.note())) + ") because " + Text.line(step.reason());
    }

    private static boolean moves(Action action, InstanceId instance) {
        return action instanceof Action.Migrate move && move.instance().equals(instance)
                || action instanceof Action.MigrateTogether together && together.instances().contains(instance);
    }

    private static HostId destination(Action action) {
        return action instanceof Action.Migrate move ? move.destination()
                : action instanceof Action.MigrateTogether together ? together.destination() : null;
    }

    private static boolean touches(Inventory inventory, PlanReport.Step step, HostId host) {
        Action action = step.action();
        if (action instanceof Action.Sleep sleep) {
            return sleep.host().equals(host);
        }
        if (action instanceof Action.Wake wake) {
            return wake.host().equals(host);
        }
        List<InstanceId> moved = action instanceof Action.Migrate move ? List.of(move.instance())
                : action instanceof Action.MigrateTogether together ? together.instances() : List.of();
        return host.equals(destination(action)) || moved.stream().anyMatch(instance -> isOn(inventory, instance, host));
    }

    private static boolean isOn(Inventory inventory, InstanceId instance, HostId host) {
        return inventory.instances().find(instance).flatMap(found -> found.host()).filter(host::equals).isPresent();
    }
}
