package org.kumiki.console;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;

/**
 * The latest plan of a policy. Times are milliseconds since 1970.
 *
 * @param open   whether something of it is still to be done
 * @param counts of all its steps, by state, in lower case
 * @param steps  the first of them; of a long plan, those that are done come last
 * @param left   how many should have moved and cannot
 * @param stay   the first of those
 */
record PlanRow(String policy, String brain, boolean advice, boolean open, long at, String reason, Map<String, Integer> counts,
        List<StepRow> steps, int left, List<LeftRow> stay) {

    /** More than these are a number. */
    static final int STEPS = 12;

    private static final int NAMES = 4;
    private static final List<PlanReport.State> URGENT = List.of(PlanReport.State.UNDER_WAY, PlanReport.State.FAILED, PlanReport.State.REFUSED,
            PlanReport.State.WAITING, PlanReport.State.DONE);

    /** An instance and its name, and where it is. */
    record Guest(String id, String name, String host) {
    }

    /**
     * @param kind   {@code move}, {@code off} or {@code on}
     * @param guests those that are to move; the first of them if there are very many, and none if a host is to be switched
     * @param more   how many others
     * @param host   the one that they are to move to, or that is to be switched
     */
    record StepRow(int number, String kind, List<Guest> guests, int more, String host, String reason, String state, String note) {

        /** Of a comparison: who wants it stands where its state would. */
        StepRow by(String who) {
            return new StepRow(number, kind, guests, more, host, reason, who, note);
        }
    }

    /** A guest that stays, and why. */
    record LeftRow(Guest guest, String reason) {
    }

    static PlanRow of(PlanReport plan, Inventory inventory) {
        Map<String, Integer> counts = new TreeMap<>();
        plan.steps().forEach(step -> counts.merge(Overview.lower(step.state()), 1, Integer::sum));
        return new PlanRow(plan.policy(), plan.brain(), plan.advice(), plan.isOpen(), plan.at().toEpochMilli(), plan.reason(), counts,
                steps(plan, inventory), plan.left().size(), plan.left().stream().limit(STEPS).map(left -> left(left, inventory)).toList());
    }

    private static List<StepRow> steps(PlanReport plan, Inventory inventory) {
        List<PlanReport.Step> steps = plan.steps();
        Stream<Integer> numbers = Stream.iterate(0, number -> number < steps.size(), number -> number + 1);
        if (steps.size() > STEPS) {
            numbers = numbers.sorted(Comparator.comparing(number -> URGENT.indexOf(steps.get(number).state())));
        }
        return numbers.limit(STEPS).map(number -> step(number + 1, steps.get(number), inventory)).toList();
    }

    static StepRow step(int number, PlanReport.Step step, Inventory inventory) {
        Action action = step.action();
        String state = Overview.lower(step.state());
        if (action instanceof Action.Sleep sleep) {
            return new StepRow(number, "off", List.of(), 0, sleep.host().value(), step.reason(), state, step.note());
        }
        if (action instanceof Action.Wake wake) {
            return new StepRow(number, "on", List.of(), 0, wake.host().value(), step.reason(), state, step.note());
        }
        List<InstanceId> guests = action instanceof Action.Migrate move ? List.of(move.instance()) : ((Action.MigrateTogether) action).instances();
        HostId host = action instanceof Action.Migrate move ? move.destination() : ((Action.MigrateTogether) action).destination();
        return new StepRow(number, "move", guests.stream().limit(NAMES).map(guest -> guest(guest, inventory)).toList(),
                Math.max(0, guests.size() - NAMES), host.value(), step.reason(), state, step.note());
    }

    private static LeftRow left(Plan.Left left, Inventory inventory) {
        return new LeftRow(guest(left.instance(), inventory), left.reason());
    }

    private static Guest guest(InstanceId id, Inventory inventory) {
        Instance instance = inventory.instances().find(id).orElse(null);
        return instance == null ? new Guest(id.value(), "", null)
                : new Guest(id.value(), InstanceRow.name(instance), instance.host().map(HostId::value).orElse(null));
    }
}
