package org.kumiki.bench.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

import org.kumiki.api.model.HostState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Schedule;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/**
 * Carries a plan out on paper, its steps side by side as far as its schedule lets them and each for a random time, and looks at every moment
 * whether the rules hold. A guest that moves is on both hosts.
 */
final class Rehearsal {

    private final Plan plan;
    private final Schedule schedule;
    private final SplittableRandom random;
    private final HostTable hosts;
    private final InstanceTable instances;
    private final HostState[] states;
    /** By instance: the hosts it is on. */
    private final List<Set<Integer>> where = new ArrayList<>();
    private final boolean[] begun;
    private final boolean[] done;

    Rehearsal(DatacenterView view, Plan plan, Schedule schedule, SplittableRandom random) {
        this.plan = plan;
        this.schedule = schedule;
        this.random = random;
        hosts = view.hosts();
        instances = view.instances();
        states = new HostState[hosts.size()];
        Arrays.setAll(states, hosts::state);
        for (int row = 0; row < instances.size(); row++) {
            where.add(new HashSet<>(Set.of(instances.hostRow(row))));
        }
        begun = new boolean[plan.steps().size()];
        done = new boolean[begun.length];
    }

    /** How often a rule was broken. */
    long run() {
        long broken = 0;
        for (int left = begun.length; left > 0;) {
            List<Integer> running = new ArrayList<>();
            List<Integer> ready = new ArrayList<>();
            for (int step = 0; step < begun.length; step++) {
                if (begun[step] && !done[step]) {
                    running.add(step);
                } else if (!begun[step] && Arrays.stream(schedule.waits(step)).allMatch(before -> done[before])) {
                    ready.add(step);
                }
            }
            if (!ready.isEmpty() && (running.isEmpty() || random.nextInt(3) > 0)) {
                broken += begin(ready.get(random.nextInt(ready.size())));
            } else {
                end(running.get(random.nextInt(running.size())));
                left--;
            }
        }
        return broken;
    }

    private long begin(int step) {
        begun[step] = true;
        Action action = plan.steps().get(step).action();
        if (action instanceof Action.Sleep sleep) {
            int host = hosts.row(sleep.host());
            states[host] = HostState.OFF;
            return where.stream().anyMatch(places -> places.contains(host)) ? 1 : 0;
        }
        long broken = 0;
        int destination = destination(action);
        for (int instance : party(action)) {
            broken += where.get(instance).size() > 1 || states[destination] != HostState.UP || meetsItsGroup(instance, destination) ? 1 : 0;
            where.get(instance).add(destination);
        }
        return broken + (destination >= 0 && isTooFull(destination) ? 1 : 0);
    }

    private boolean meetsItsGroup(int instance, int host) {
        Optional<String> group = instances.rules(instance).spreadGroup();
        if (group.isEmpty()) {
            return false;
        }
        for (int other = 0; other < where.size(); other++) {
            PlacementRules rules = instances.rules(other);
            if (other != instance && where.get(other).contains(host) && rules.spreadGroup().equals(group)) {
                return true;
            }
        }
        return false;
    }

    private boolean isTooFull(int host) {
        return Oracle.DIMENSIONS.stream().anyMatch(dimension -> {
            long taken = 0;
            for (int instance = 0; instance < where.size(); instance++) {
                Resources each = instances.resources(instance);
                taken += where.get(instance).contains(host) ? dimension.applyAsLong(each) : 0;
            }
            return taken > dimension.applyAsLong(hosts.capacity(host));
        });
    }

    private void end(int step) {
        done[step] = true;
        Action action = plan.steps().get(step).action();
        if (action instanceof Action.Wake wake) {
            states[hosts.row(wake.host())] = HostState.UP;
        }
        int destination = destination(action);
        for (int instance : party(action)) {
            where.get(instance).removeIf(host -> host != destination);
        }
    }

    private int destination(Action action) {
        return action instanceof Action.Migrate migrate ? hosts.row(migrate.destination())
                : action instanceof Action.MigrateTogether migrate ? hosts.row(migrate.destination()) : -1;
    }

    private int[] party(Action action) {
        return action instanceof Action.Migrate migrate ? new int[] { instances.row(migrate.instance()) }
                : action instanceof Action.MigrateTogether migrate ? migrate.instances().stream().mapToInt(instances::row).toArray() : new int[0];
    }
}
