package org.kumiki.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
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
        Course course = new Course(view);
        List<Verdict> verdicts = new ArrayList<>(plan.steps().size());
        for (Plan.Step step : plan.steps()) {
            verdicts.add(new Verdict(step, Optional.ofNullable(course.take(step.action()))));
        }
        return verdicts;
    }

    /** The state as it will be, step by step. */
    private static final class Course {

        private final Map<InstanceId, Instance> instances = new HashMap<>();
        private HostTable hosts;

        Course(DatacenterView view) {
            hosts = view.hosts();
            for (int row = 0; row < view.instances().size(); row++) {
                Instance instance = view.instances().instance(row);
                instances.put(instance.id(), instance);
            }
        }

        /** Carries an action out, or says what is against it and changes nothing. */
        String take(Action action) {
            if (action instanceof Action.Migrate migrate) {
                return migrate(migrate);
            } else if (action instanceof Action.Sleep sleep) {
                return sleep(hosts.row(sleep.host()));
            } else if (action instanceof Action.Wake wake) {
                return wake(hosts.row(wake.host()));
            }
            return "is not a known action";
        }

        private String migrate(Action.Migrate action) {
            Instance instance = instances.get(action.instance());
            if (instance == null || instance.state() != InstanceState.RUNNING) {
                return "the instance does not run";
            }
            HostId source = instance.host().orElseThrow();
            if (source.equals(action.destination())) {
                return "the instance is there already";
            }
            int from = hosts.row(source);
            HostTable without = leave(instance, from);
            String objection = objection(without, action.destination(), instance.resources(), instance.spec().rules());
            if (objection != null) {
                return "host " + action.destination() + " " + objection;
            }
            int to = hosts.row(action.destination());
            if (!hosts.technology(from).name().equals(hosts.technology(to).name())) {
                return "host " + action.destination() + " runs another technology";
            }
            HostTable.Editor editor = without.edit().take(to, instance.resources());
            groups(instance).forEach(group -> editor.group(group, to, true));
            hosts = editor.build();
            instances.put(instance.id(), instance.onHost(action.destination(), instance.decision()));
            return null;
        }

        private HostTable leave(Instance instance, int from) {
            HostTable.Editor editor = hosts.edit().release(from, instance.resources());
            for (String group : groups(instance)) {
                editor.group(group, from, instances.values().stream().anyMatch(
                        other -> !other.id().equals(instance.id()) && other.host().equals(instance.host()) && groups(other).contains(group)));
            }
            return editor.build();
        }

        private String sleep(int row) {
            if (row < 0 || hosts.state(row) == HostState.REMOVED) {
                return "there is no such host";
            }
            Host host = hosts.host(row);
            if (hosts.guests(row) > 0) {
                return "host " + host.id() + " still has " + hosts.guests(row) + " guests";
            }
            if (host.state() == HostState.LOST) {
                return "host " + host.id() + " is not reached, so nobody knows what runs there";
            }
            hosts = hosts.edit().state(row, HostState.OFF).build();
            return null;
        }

        private String wake(int row) {
            if (row < 0 || hosts.state(row) != HostState.OFF) {
                return "there is no such host that is off";
            }
            hosts = hosts.edit().state(row, HostState.UP).build();
            return null;
        }

        private static List<String> groups(Instance instance) {
            PlacementRules rules = instance.spec().rules();
            List<String> groups = new ArrayList<>(2);
            rules.spreadGroup().ifPresent(groups::add);
            rules.clusterGroup().ifPresent(groups::add);
            return groups;
        }
    }
}
