package org.kumiki.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;

/**
 * Stands between every brain and the world. A placement, and each step of a plan, is judged against the state as it will be when it is
 * carried out: after the steps before it. Pure. A wrong or hostile brain can waste time; it cannot break the datacenter.
 */
final class PlanChecker {

    /** What is to be thought of one step: it may be carried out, or there is something against it. */
    record Verdict(Plan.Step step, Optional<String> objection) {
    }

    private PlanChecker() {
    }

    /** What is wrong with a placement, on the view that its scheduler had; null if nothing is. */
    static String objection(HostTable hosts, PlacementRequest request, Placement placement) {
        if (placement == null) {
            return "answered null";
        }
        if (placement.hosts().size() > request.count()) {
            return "chose " + placement.hosts().size() + " hosts for " + request.count();
        }
        HostTable.Editor room = hosts.edit();
        Set<HostId> used = new HashSet<>();
        for (HostId host : placement.hosts()) {
            String objection = objection(hosts, host, request.each(), request.rules());
            if (objection == null && !room.hasRoom(hosts.row(host), request.each())) {
                objection = "has no room for so many";
            }
            if (objection == null && request.rules().spreadGroup().isPresent() && used.contains(host)) {
                objection = "was chosen twice for one spread group";
            }
            if (objection == null && request.rules().clusterGroup().isPresent() && !used.isEmpty() && !used.contains(host)) {
                objection = "is not the one chosen before for the same cluster group";
            }
            if (objection != null) {
                return "chose host " + host + ", which " + objection;
            }
            used.add(host);
            room.take(hosts.row(host), request.each());
        }
        return null;
    }

    /** Why a host may not take such a guest; null if it may. */
    static String objection(HostTable hosts, HostId host, Resources each, PlacementRules rules) {
        int row = hosts.row(host);
        return row < 0 ? "does not exist" : Eligibility.refusal(hosts, row, each, rules);
    }

    /** Judges the steps in order. A step with an objection is left out, and those after it are judged without it. */
    static List<Verdict> check(DatacenterView view, Plan plan) {
        return check(view, plan, action -> Optional.empty());
    }

    /** @param beyond why an action must not be, whatever the state; empty if it may */
    static List<Verdict> check(DatacenterView view, Plan plan, Function<Action, Optional<String>> beyond) {
        Course course = new Course(view);
        return plan.steps().stream().map(step -> new Verdict(step, beyond.apply(step.action()).or(() -> Optional.ofNullable(course.take(step)))))
                .toList();
    }
}
