package org.kumiki.testing;

import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;

/** Policies to be rehearsed: one that wants nothing, one that is good, and one that is not. */
public final class Candidates {

    /** Wants nothing. */
    public static final Policy CONTENT = (view, history) -> Plan.NOTHING;

    /** Brings all guests that it sees to the first host that it sees with guests. */
    public static final Policy GATHER = (view, history) -> {
        Course course = new Course(view);
        int first = -1;
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host) == HostState.UP && course.guests(host) > 0) {
                first = first < 0 ? host : first;
                for (int guest = course.first(host); host != first && guest >= 0; guest = course.first(host)) {
                    if (course.migrate(new int[] { guest }, first, "all on one host") != null) {
                        break;
                    }
                }
            }
        }
        return course.plan("all on one host", List.of());
    };

    /** Moves every guest to another host, whatever it sees, for ever. */
    public static final Policy RECKLESS = (view, history) -> {
        List<Plan.Step> steps = new ArrayList<>();
        for (int row = 0; row < view.instances().size(); row++) {
            for (int host = 0; host < view.hosts().size(); host++) {
                if (view.hosts().state(host) == HostState.UP && host != view.instances().hostRow(row)) {
                    steps.add(new Plan.Step(new Action.Migrate(view.instances().instance(row).id(), view.hosts().id(host)), "for fun"));
                    break;
                }
            }
        }
        return new Plan(steps, "for fun");
    };

    private Candidates() {
    }
}
