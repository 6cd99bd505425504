package org.kumiki.policy.maintenance;

import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.Evacuation;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.view.DatacenterView;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Empties the hosts that an operator drains: each guest moves while it runs, to a host that is up. One that can move nowhere is named, with
 * the reasons, and goes on where it is; the others move all the same.
 */
@PolicyBrain(name = "maintenance")
@Designate(ocd = Config.class)
@Component(configurationPid = "org.kumiki.policy.maintenance")
public final class Maintenance implements Policy {

    private static final int SAMPLES = 3;

    private final double comfortableLoad;

    @Activate
    public Maintenance(Config config) {
        this(config.comfortableLoad());
    }

    Maintenance(double comfortableLoad) {
        this.comfortableLoad = comfortableLoad;
    }

    @Override
    public Plan plan(DatacenterView view, History history) {
        Course course = new Course(view, CpuUse.recent(view, history, SAMPLES));
        List<Integer> hosts = new ArrayList<>();
        for (int host = 0; host < course.size(); host++) {
            if (isToBeEmpty(course.state(host)) && course.guests(host) > 0) {
                hosts.add(host);
            }
        }
        if (hosts.isEmpty()) {
            return Plan.NOTHING;
        }
        Evacuation evacuation = new Evacuation(course, host -> true, instance -> true, comfortableLoad);
        hosts.forEach(host -> evacuation.drain(host, reason(course, host)));
        Evacuation anywhere = new Evacuation(course, host -> true, instance -> true, Double.POSITIVE_INFINITY);
        hosts.forEach(host -> anywhere.drain(host, reason(course, host)));
        List<Plan.Left> left = hosts.stream().flatMap(host -> anywhere.left(host).stream()).toList();
        return course.plan(hosts.size() + (hosts.size() == 1 ? " host is" : " hosts are") + " to be empty"
                + (left.isEmpty() ? "" : "; " + left.size() + (left.size() == 1 ? " guest cannot leave" : " guests cannot leave")), left);
    }

    private static String reason(Course course, int host) {
        return "host " + course.id(host) + " is to be empty";
    }

    private static boolean isToBeEmpty(HostState state) {
        return state == HostState.DRAINING || state == HostState.MAINTENANCE;
    }
}
