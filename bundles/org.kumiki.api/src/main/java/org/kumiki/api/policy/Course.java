package org.kumiki.api.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.Hosts;
import org.kumiki.api.view.InstanceTable;

/**
 * A datacenter in the course of a plan: each step is judged on the state as it will be when the steps before it are done, and if nothing is
 * against it, it is taken. The rules that no plan may break are here and in {@link Eligibility}; the engine checks every plan by them, so a
 * policy that plans with this class is never refused for anything but a change in between.
 * <p>
 * While a guest moves it takes room on both hosts: it leaves the one when it has arrived at the other. A step is judged in a time
 * that does not grow with the datacenter. Not thread-safe.
 */
public final class Course implements Hosts {

    /** The label by which a host says what kind of processor its guests see. */
    public static final String CPU_LABEL = "cpu";

    private static final List<Technology.Feature> WAYS_TO_MOVE = List.of(Technology.Feature.LIVE_MIGRATION_PRECOPY,
            Technology.Feature.LIVE_MIGRATION_POSTCOPY, Technology.Feature.STOP_AND_COPY);

    /**
     * What has to be done to take back what was done.
     *
     * @param steps    how many there were before
     * @param instance that goes back to the host; or -1 for a host that goes back to its state
     */
    private record Undo(int steps, int instance, int host, HostState state) {
    }

    private final HostTable table;
    private final InstanceTable instances;
    private final HostState[] states;
    private final int[] freeCpus;
    private final long[] freeMemoryMiB;
    private final long[] freeDiskMiB;
    private final int[] freeNetworkMbps;
    private final int[] guests;
    private final double[] busyCpus;
    /** By instance: the CPUs that it is expected to use; null for nothing known. */
    private final double[] use;
    private final int[] hostRow;
    private final int[] first;
    private final int[] next;
    private final int[] previous;
    private final Spare spare;
    private final List<Plan.Step> steps = new ArrayList<>();
    private final List<Undo> undo = new ArrayList<>();
    private Groups groups;
    private IntConsumer watcher = host -> { };

    public Course(DatacenterView view) {
        this(view, null);
    }

    /** @param use by row of the instances, how many CPUs each is expected to use, which may be less than it was promised */
    public Course(DatacenterView view, double[] use) {
        this.table = view.hosts();
        this.instances = view.instances();
        this.use = use;
        int size = table.size();
        states = new HostState[size];
        freeCpus = new int[size];
        freeMemoryMiB = new long[size];
        freeDiskMiB = new long[size];
        freeNetworkMbps = new int[size];
        guests = new int[size];
        busyCpus = new double[size];
        first = new int[size];
        for (int row = 0; row < size; row++) {
            states[row] = table.state(row);
            freeCpus[row] = table.freeCpus(row);
            freeMemoryMiB[row] = table.freeMemoryMiB(row);
            freeDiskMiB[row] = table.freeDiskMiB(row);
            freeNetworkMbps[row] = table.freeNetworkMbps(row);
            guests[row] = table.guests(row);
        }
        Arrays.fill(first, -1);
        hostRow = new int[instances.size()];
        next = new int[instances.size()];
        previous = new int[instances.size()];
        for (int row = hostRow.length - 1; row >= 0; row--) {
            link(row, instances.hostRow(row));
        }
        spare = view.spareHosts() > 0 ? spare(view.spareHosts()) : null;
    }

    private Spare spare(int hosts) {
        Spare all = new Spare(hosts);
        for (int row = 0; row < states.length; row++) {
            if (states[row] == HostState.UP) {
                up(all, row, 1);
            }
        }
        return all;
    }

    private void up(Spare all, int row, int sign) {
        all.host(capacity(row), sign);
        all.room(sign * freeCpus[row], sign * freeMemoryMiB[row], sign * freeDiskMiB[row], sign * freeNetworkMbps[row]);
    }

    @Override
    public int size() {
        return states.length;
    }

    @Override
    public int row(HostId host) {
        return table.row(host);
    }

    @Override
    public HostId id(int row) {
        return table.id(row);
    }

    @Override
    public Resources capacity(int row) {
        return table.capacity(row);
    }

    @Override
    public int processors(int row) {
        return table.processors(row);
    }

    @Override
    public Map<String, String> labels(int row) {
        return table.labels(row);
    }

    @Override
    public Technology technology(int row) {
        return table.technology(row);
    }

    @Override
    public HostState state(int row) {
        return states[row];
    }

    @Override
    public int freeCpus(int row) {
        return freeCpus[row];
    }

    @Override
    public long freeMemoryMiB(int row) {
        return freeMemoryMiB[row];
    }

    @Override
    public long freeDiskMiB(int row) {
        return freeDiskMiB[row];
    }

    @Override
    public int freeNetworkMbps(int row) {
        return freeNetworkMbps[row];
    }

    @Override
    public int guests(int row) {
        return guests[row];
    }

    @Override
    public boolean runs(int row, String group) {
        return groups().on(row, group);
    }

    @Override
    public boolean runsAnywhere(String group) {
        return groups().anywhere(group);
    }

    /** How much of a host's processors its guests are expected to use, which may be more than there is; 0 if nothing is known. */
    public double load(int row) {
        return processors(row) == 0 ? 0 : busyCpus[row] / processors(row);
    }

    /** Whose rows the instances are. */
    public InstanceTable instances() {
        return instances;
    }

    /** The row of the host that an instance is on. */
    public int hostRow(int instance) {
        return hostRow[instance];
    }

    /** The first instance of a host, or -1; the others follow by {@link #next(int)}. */
    public int first(int host) {
        return first[host];
    }

    /** The next instance of the same host, or -1. */
    public int next(int instance) {
        return next[instance];
    }

    /** How many CPUs an instance is expected to use; 0 if nothing is known. */
    public double use(int instance) {
        return use == null ? 0 : use[instance];
    }

    /** The instances that an instance must move with: itself, and those of its cluster group on the same host. */
    public int[] party(int instance) {
        PlacementRules rules = instances.rules(instance);
        if (rules.clusterGroup().isEmpty()) {
            return new int[] { instance };
        }
        int size = 0;
        int[] party = new int[guests[hostRow[instance]] + 1];
        for (int guest = first[hostRow[instance]]; guest >= 0; guest = next[guest]) {
            if (instances.rules(guest).clusterGroup().equals(rules.clusterGroup())) {
                party = size == party.length ? Arrays.copyOf(party, 2 * size) : party;
                party[size++] = guest;
            }
        }
        return Arrays.copyOf(party, size);
    }

    /** Why an instance can move nowhere; null if nothing is against it. */
    public String hindrance(int instance) {
        if (instances.state(instance) != InstanceState.RUNNING) {
            return "the instance does not run";
        }
        int from = hostRow[instance];
        return switch (states[from]) {
            case UP, DRAINING, MAINTENANCE -> !together(from, from) ? "host " + id(from) + " cannot move a guest that runs" : null;
            case OFF -> "host " + id(from) + " is switched off";
            case LOST -> "host " + id(from) + " is not reached by its driver";
            case REMOVED -> "host " + id(from) + " was removed";
        };
    }

    /** Why an instance may not move to a host, the host's name left out; null if it may. */
    public String refusal(int instance, int host) {
        int from = hostRow[instance];
        PlacementRules rules = instances.rules(instance);
        boolean grouped = !Groups.none(rules);
        if (grouped) {
            groups().count(rules, from, -1);
        }
        String refusal = arrival(instance, from, host, instances.resources(instance));
        if (grouped) {
            groups().count(rules, from, 1);
        }
        return refusal;
    }

    /** Whether an instance that belongs to no group might be on a host, if only there was room. */
    public boolean suits(int instance, int host) {
        return hostRow[instance] == host || arrival(instance, hostRow[instance], host, Resources.NONE) == null;
    }

    /** For an instance that has left its groups behind. */
    private String arrival(int instance, int from, int host, Resources amount) {
        if (from == host) {
            return "has it already";
        }
        String refusal = Eligibility.refusal(this, host, amount, instances.rules(instance));
        if (refusal == null && table.technology(from) != table.technology(host)) {
            refusal = !technology(from).name().equals(technology(host).name()) ? "runs another technology"
                    : !together(from, host) ? "does not move guests in the same way" : null;
        }
        if (refusal == null && table.labels(from) != table.labels(host)
                && !Objects.equals(labels(from).get(CPU_LABEL), labels(host).get(CPU_LABEL))) {
            refusal = "has another kind of cpu";
        }
        return refusal == null && breaksPromise(amount, from, host) ? "would take room that is kept for hosts that fail" : refusal;
    }

    /** Whether both hosts can move guests that run, in some same way. */
    private boolean together(int from, int host) {
        for (Technology.Feature way : WAYS_TO_MOVE) {
            if (technology(from).can(way) && technology(host).can(way)) {
                return true;
            }
        }
        return false;
    }

    private boolean breaksPromise(Resources amount, int from, int host) {
        if (spare == null || states[from] == HostState.UP || states[host] != HostState.UP) {
            return false;
        }
        long[] before = spare.margins();
        spare.room(amount, -1);
        boolean breaks = spare.isWorseThan(before);
        spare.room(amount, 1);
        return breaks;
    }

    /** Why no host may take an instance, in words; counts the hosts for each reason. */
    public String nowhere(int instance) {
        String hindrance = hindrance(instance);
        if (hindrance != null) {
            return hindrance;
        }
        Map<String, Integer> hosts = new TreeMap<>();
        for (int host = 0; host < states.length; host++) {
            if (host != hostRow[instance] && states[host] != HostState.REMOVED) {
                hosts.merge(Objects.requireNonNullElse(refusal(instance, host), "is not wanted"), 1, Integer::sum);
            }
        }
        return hosts.isEmpty() ? "there is no other host"
                : hosts.entrySet().stream().map(reason -> reason.getValue() + (reason.getValue() == 1 ? " host " : " hosts: ") + reason.getKey())
                        .collect(Collectors.joining("; "));
    }

    /** Takes a step, or says what is against it and changes nothing; null if it is taken. */
    public String take(Plan.Step step) {
        Action action = step.action();
        if (action instanceof Action.Migrate migrate) {
            return move(new int[] { instances.row(migrate.instance()) }, table.row(migrate.destination()), step);
        } else if (action instanceof Action.MigrateTogether migrate) {
            return move(migrate.instances().stream().mapToInt(instances::row).toArray(), table.row(migrate.destination()), step);
        } else if (action instanceof Action.Sleep sleep) {
            return sleep(table.row(sleep.host()), step);
        } else if (action instanceof Action.Wake wake) {
            return wake(table.row(wake.host()), step);
        }
        return "is not a known action";
    }

    /** Moves an instance, or a {@link #party(int)} of them, or says what is against it and changes nothing. */
    public String migrate(int[] party, int host, String reason) {
        Action action = party.length == 1 ? new Action.Migrate(instances.instance(party[0]).id(), id(host))
                : new Action.MigrateTogether(Arrays.stream(party).mapToObj(row -> instances.instance(row).id()).toList(), id(host));
        return move(party, host, new Plan.Step(action, reason));
    }

    /** Switches a host off, or says what is against it and changes nothing. */
    public String sleep(int host, String reason) {
        return sleep(host, new Plan.Step(new Action.Sleep(id(host)), reason));
    }

    /** Switches a host on, or says what is against it and changes nothing. */
    public String wake(int host, String reason) {
        return wake(host, new Plan.Step(new Action.Wake(id(host)), reason));
    }

    /** Where the course stands, to come {@link #back(int)} to. */
    public int mark() {
        return undo.size();
    }

    /** Takes back all that was done since a mark. */
    public void back(int mark) {
        while (undo.size() > mark) {
            Undo last = undo.remove(undo.size() - 1);
            while (steps.size() > last.steps()) {
                steps.remove(steps.size() - 1);
            }
            if (last.instance() >= 0) {
                leave(last.instance());
                arrive(last.instance(), last.host());
            } else {
                become(last.host(), last.state());
            }
        }
    }

    /** Whether nothing was done yet. */
    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /** What was done so far. */
    public Plan plan(String reason, List<Plan.Left> left) {
        return new Plan(steps, reason, left);
    }

    /** Tells of each host whose room or state has changed. */
    void watch(IntConsumer newWatcher) {
        watcher = newWatcher;
    }

    private String move(int[] party, int host, Plan.Step step) {
        if (host < 0) {
            return "there is no such host";
        }
        String objection = objection(party, host);
        if (objection != null) {
            return objection;
        }
        int begun = steps.size();
        int mark = mark();
        int[] from = new int[party.length];
        for (int index = 0; index < party.length; index++) {
            from[index] = hostRow[party[index]];
            count(party[index], from[index], -1);
        }
        for (int index = 0; index < party.length; index++) {
            String refusal = arrival(party[index], from[index], host, instances.resources(party[index]));
            if (refusal != null) {
                for (int rest = index; rest < party.length; rest++) {
                    count(party[rest], from[rest], 1);
                }
                back(mark);
                return "host " + id(host) + " " + refusal;
            }
            count(party[index], from[index], 1);
            leave(party[index]);
            arrive(party[index], host);
            undo.add(new Undo(begun, party[index], from[index], null));
        }
        steps.add(step);
        return null;
    }

    /** What is against moving these at all, wherever they go. */
    private String objection(int[] party, int host) {
        if (party.length == 0) {
            return "no instance is named";
        }
        Set<Integer> named = party.length == 1 ? Set.of() : new HashSet<>();
        for (int instance : party) {
            String hindrance = instance < 0 ? "the instance does not run" : hindrance(instance);
            if (hindrance != null) {
                return hindrance;
            }
            if (hostRow[instance] == host) {
                return "the instance is there already";
            }
            if (party.length > 1 && !named.add(instance)) {
                return "an instance is named twice";
            }
        }
        return null;
    }

    private String sleep(int host, Plan.Step step) {
        if (host < 0 || states[host] == HostState.REMOVED) {
            return "there is no such host";
        }
        if (guests[host] > 0) {
            return "host " + id(host) + " still has " + guests[host] + (guests[host] == 1 ? " guest" : " guests");
        }
        switch (states[host]) {
            case UP -> {
                long[] before = spare == null ? null : spare.margins();
                become(host, HostState.OFF);
                if (spare != null && spare.isWorseThan(before)) {
                    become(host, HostState.UP);
                    return "host " + id(host) + " is kept for hosts that fail";
                }
                undo.add(new Undo(steps.size(), -1, host, HostState.UP));
                steps.add(step);
                return null;
            }
            case OFF -> {
                return "host " + id(host) + " is switched off already";
            }
            case LOST -> {
                return "host " + id(host) + " is not reached, so nobody knows what runs there";
            }
            default -> {
                return "host " + id(host) + " is an operator's to switch off";
            }
        }
    }

    private String wake(int host, Plan.Step step) {
        if (host < 0 || states[host] != HostState.OFF) {
            return "there is no such host that is off";
        }
        become(host, HostState.UP);
        undo.add(new Undo(steps.size(), -1, host, HostState.OFF));
        steps.add(step);
        return null;
    }

    private void become(int host, HostState state) {
        if (spare != null && states[host] == HostState.UP) {
            up(spare, host, -1);
        }
        states[host] = state;
        if (spare != null && state == HostState.UP) {
            up(spare, host, 1);
        }
        watcher.accept(host);
    }

    private void leave(int instance) {
        int host = hostRow[instance];
        unlink(instance, host);
        count(instance, host, -1);
        room(instance, host, 1);
    }

    private void arrive(int instance, int host) {
        link(instance, host);
        count(instance, host, 1);
        room(instance, host, -1);
    }

    private void room(int instance, int host, int sign) {
        Resources amount = instances.resources(instance);
        freeCpus[host] += sign * amount.cpus();
        freeMemoryMiB[host] += sign * amount.memoryMiB();
        freeDiskMiB[host] += sign * amount.diskMiB();
        freeNetworkMbps[host] += sign * amount.networkMbps();
        guests[host] -= sign;
        if (spare != null && states[host] == HostState.UP) {
            spare.room(amount, sign);
        }
        watcher.accept(host);
    }

    private void count(int instance, int host, int change) {
        if (groups != null || !Groups.none(instances.rules(instance))) {
            groups().count(instances.rules(instance), host, change);
        }
    }

    private Groups groups() {
        if (groups == null) {
            groups = new Groups(instances, hostRow);
        }
        return groups;
    }

    private void link(int instance, int host) {
        hostRow[instance] = host;
        previous[instance] = -1;
        next[instance] = first[host];
        if (first[host] >= 0) {
            previous[first[host]] = instance;
        }
        first[host] = instance;
        busyCpus[host] += use(instance);
    }

    private void unlink(int instance, int host) {
        if (previous[instance] >= 0) {
            next[previous[instance]] = next[instance];
        } else {
            first[host] = next[instance];
        }
        if (next[instance] >= 0) {
            previous[next[instance]] = previous[instance];
        }
        busyCpus[host] -= use(instance);
    }
}
