package org.kumiki.api.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.InstanceTable;

/**
 * Which steps of a plan may run side by side: all of them, but each only when the ones that it waits for are done. However long each of
 * them takes, no rule is broken at any moment, and a guest that moves has its room on both hosts until it has arrived.
 * <p>
 * A pure function of a plan to which nobody objects. A guest that goes to a host takes the room that is left there when all earlier guests
 * of the plan have come; if that is not enough, it waits for as many of those that leave the host before it, in the plan's order.
 */
public final class Schedule {

    /** A host, as far as the plan touches it. */
    private static final class Site {
        /** What is left when all that come have come and those that were waited for have left. */
        private final long[] room;
        private final List<Integer> departures = new ArrayList<>();
        private final List<Resources> departed = new ArrayList<>();
        private int waitedFor;
        private int switched = -1;

        Site(long... room) {
            this.room = room;
        }
    }

    private final DatacenterView view;
    private final InstanceTable instances;
    private final Map<Integer, Site> sites = new HashMap<>();
    private final Map<Integer, Integer> hostOf = new HashMap<>();
    private final Map<Integer, Integer> lastMove = new HashMap<>();
    private final Map<String, List<Integer>> clusterMoves = new HashMap<>();
    private final Map<String, Map<Integer, List<Integer>>> groupDepartures = new HashMap<>();
    private final List<Integer> wakes = new ArrayList<>();
    private final int[][] waits;
    private final int[] rounds;

    private Schedule(DatacenterView view, int steps) {
        this.view = view;
        instances = view.instances();
        waits = new int[steps][];
        rounds = new int[steps];
    }

    /** @param plan every step of which may be carried out, after those before it */
    public static Schedule of(DatacenterView view, Plan plan) {
        Schedule schedule = new Schedule(view, plan.steps().size());
        schedule.arrange(plan);
        return schedule;
    }

    private void arrange(Plan plan) {
        for (int step = 0; step < waits.length; step++) {
            TreeSet<Integer> before = new TreeSet<>();
            Action action = plan.steps().get(step).action();
            if (action instanceof Action.Migrate migrate) {
                move(step, new int[] { instances.row(migrate.instance()) }, view.hosts().row(migrate.destination()), before);
            } else if (action instanceof Action.MigrateTogether migrate) {
                move(step, migrate.instances().stream().mapToInt(instances::row).toArray(), view.hosts().row(migrate.destination()), before);
            } else if (action instanceof Action.Sleep sleep) {
                sleep(step, view.hosts().row(sleep.host()), before);
            } else if (action instanceof Action.Wake wake) {
                wake(step, view.hosts().row(wake.host()), before);
            }
            waits[step] = before.stream().mapToInt(Integer::intValue).toArray();
            rounds[step] = Arrays.stream(waits[step]).map(earlier -> rounds[earlier] + 1).max().orElse(0);
        }
    }

    public int size() {
        return waits.length;
    }

    /** The steps that must be done before a step begins, ascending; all are earlier ones. */
    public int[] waits(int step) {
        return waits[step].clone();
    }

    /** In which round a step is, from 0, if all steps took the same time. */
    public int round(int step) {
        return rounds[step];
    }

    /** How many rounds there are. */
    public int rounds() {
        return Arrays.stream(rounds).map(round -> round + 1).max().orElse(0);
    }

    private void move(int step, int[] party, int host, TreeSet<Integer> before) {
        Site site = site(host);
        for (int instance : party) {
            int from = hostOf.getOrDefault(instance, instances.hostRow(instance));
            add(before, lastMove.getOrDefault(instance, -1));
            add(before, site.switched);
            arrive(site, instances.resources(instance), before);
            instances.rules(instance).spreadGroup().ifPresent(group -> before.addAll(departures(group, host)));
            instances.rules(instance).clusterGroup().ifPresent(group -> before.addAll(clusterMoves.getOrDefault(group, List.of())));
            if (view.spareHosts() > 0 && view.hosts().state(from) != HostState.UP) {
                before.addAll(wakes);
            }
        }
        for (int instance : party) {
            int from = hostOf.getOrDefault(instance, instances.hostRow(instance));
            site(from).departures.add(step);
            site(from).departed.add(instances.resources(instance));
            groups(instance, group -> departures(group, from).add(step));
            instances.rules(instance).clusterGroup().ifPresent(group -> clusterMoves.computeIfAbsent(group, g -> new ArrayList<>()).add(step));
            hostOf.put(instance, host);
            lastMove.put(instance, step);
        }
    }

    private void groups(int instance, Consumer<String> action) {
        Optional<String> spread = instances.rules(instance).spreadGroup();
        spread.ifPresent(action);
        instances.rules(instance).clusterGroup().filter(group -> !spread.equals(Optional.of(group))).ifPresent(action);
    }

    private List<Integer> departures(String group, int host) {
        return groupDepartures.computeIfAbsent(group, g -> new HashMap<>(2)).computeIfAbsent(host, h -> new ArrayList<>(2));
    }

    private static void arrive(Site site, Resources amount, TreeSet<Integer> before) {
        change(site.room, amount, -1);
        while (Arrays.stream(site.room).anyMatch(left -> left < 0) && site.waitedFor < site.departures.size()) {
            change(site.room, site.departed.get(site.waitedFor++), 1);
        }
        before.addAll(site.departures.subList(0, site.waitedFor));
    }

    private static void change(long[] room, Resources amount, int sign) {
        room[0] += sign * amount.cpus();
        room[1] += sign * amount.memoryMiB();
        room[2] += sign * amount.diskMiB();
        room[3] += sign * amount.networkMbps();
    }

    private void sleep(int step, int host, TreeSet<Integer> before) {
        Site site = site(host);
        before.addAll(site.departures);
        add(before, site.switched);
        if (view.spareHosts() > 0) {
            before.addAll(wakes);
        }
        site.switched = step;
    }

    private void wake(int step, int host, TreeSet<Integer> before) {
        Site site = site(host);
        add(before, site.switched);
        site.switched = step;
        wakes.add(step);
    }

    private static void add(TreeSet<Integer> before, int step) {
        if (step >= 0) {
            before.add(step);
        }
    }

    private Site site(int host) {
        return sites.computeIfAbsent(host, row -> new Site(view.hosts().freeCpus(row), view.hosts().freeMemoryMiB(row),
                view.hosts().freeDiskMiB(row), view.hosts().freeNetworkMbps(row)));
    }
}
