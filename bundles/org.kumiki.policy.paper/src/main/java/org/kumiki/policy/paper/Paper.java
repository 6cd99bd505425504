package org.kumiki.policy.paper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/**
 * A datacenter on paper, for the tests of policies: hosts of eight CPUs, guests with a GiB for each of theirs, and how busy those are; plans are
 * carried out at once. Not thread-safe.
 */
public final class Paper implements History {

    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Method.HARDWARE),
            Set.of(Feature.LIVE_MIGRATION_PRECOPY), "");
    private static final Resources HOST = new Resources(8, 8_192, 100_000, 10_000);

    private final Map<InstanceId, Double> busy = new HashMap<>();
    private final Map<InstanceId, Instant> moved = new HashMap<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");

    /** A host that is up. */
    public Paper host(String name) {
        return host(name, HostState.UP);
    }

    public Paper host(String name, HostState state) {
        hosts.add(new Host(new HostId(name), TECHNOLOGY.name(), state, HOST, Map.of()));
        return this;
    }

    /** A host that is up, and promises eight CPUs whatever it has. */
    public Paper host(String name, int processors) {
        hosts.add(new Host(new HostId(name), TECHNOLOGY.name(), HostState.UP, HOST, processors, Map.of()));
        return this;
    }

    public Paper host(String name, String label, String value) {
        hosts.add(new Host(new HostId(name), TECHNOLOGY.name(), HostState.UP, HOST, Map.of(label, value)));
        return this;
    }

    /** A guest that runs, and so busy it is. */
    public Paper guest(int number, String host, int cpus, double use) {
        return guest(number, host, cpus, use, PlacementRules.ANYWHERE);
    }

    public Paper guest(int number, String host, int cpus, double use, PlacementRules rules) {
        LaunchSpec spec = new LaunchSpec("m", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false, rules);
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1", Optional.empty());
        instances.add(new Instance(id(number), new AccountId("000000000001"), "r-00000000", 0, spec, new Resources(cpus, 1_024L * cpus, 0, 0),
                Optional.empty(), InstanceState.RUNNING, Optional.empty(), now, now, Optional.of(new HostId(host)), nic, false, Map.of(), 1));
        busy.put(id(number), use);
        return this;
    }

    /** How busy each guest is, from 0 to 1 of its CPUs; to be changed. */
    public Map<InstanceId, Double> busy() {
        return busy;
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public DatacenterView view() {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        hosts.forEach(host -> editor.add(host, TECHNOLOGY));
        HostTable empty = editor.build();
        HostTable.Editor filled = empty.edit();
        for (Instance instance : instances) {
            int row = empty.row(instance.host().orElseThrow());
            filled.take(row, instance.resources());
            instance.spec().rules().spreadGroup().ifPresent(group -> filled.group(group, row, true));
            instance.spec().rules().clusterGroup().ifPresent(group -> filled.group(group, row, true));
        }
        HostTable table = filled.build();
        List<Instance> all = List.copyOf(instances);
        return new DatacenterView(1, now, table, () -> new InstanceTable(all, table));
    }

    /** Carries a plan out; fails if there is an objection to a step. */
    public Paper carryOut(Plan plan) {
        Course course = new Course(view());
        for (Plan.Step step : plan.steps()) {
            String objection = course.take(step);
            if (objection != null) {
                throw new AssertionError(step + ": " + objection);
            }
            if (step.action() instanceof Action.Migrate migrate) {
                moved.put(migrate.instance(), now);
            } else if (step.action() instanceof Action.MigrateTogether migrate) {
                migrate.instances().forEach(instance -> moved.put(instance, now));
            }
        }
        for (int row = 0; row < course.instances().size(); row++) {
            Instance instance = course.instances().instance(row);
            instances.set(instances.indexOf(instance), instance.onHost(course.id(course.hostRow(row)), 1));
        }
        hosts.replaceAll(host -> host.with(course.state(course.row(host.id()))));
        return this;
    }

    public String hostOf(int number) {
        return instances.stream().filter(instance -> instance.id().equals(id(number))).findFirst().orElseThrow().host().orElseThrow().value();
    }

    public HostState state(String name) {
        return hosts.stream().filter(host -> host.id().value().equals(name)).findFirst().orElseThrow().state();
    }

    public void become(HostId host, HostState state) {
        hosts.replaceAll(known -> known.id().equals(host) ? known.with(state) : known);
    }

    /** How busy a host is. */
    public double load(HostId host) {
        return instances.stream().filter(instance -> instance.host().equals(Optional.of(host)))
                .mapToDouble(instance -> busy.get(instance.id()) * instance.resources().cpus()).sum()
                / hosts.stream().filter(known -> known.id().equals(host)).findFirst().orElseThrow().processors();
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public Instant last() {
        return now;
    }

    @Override
    public double[] cpu(HostId host, int samples) {
        return new double[] { load(host) };
    }

    @Override
    public double[] cpu(InstanceId instance, int samples) {
        return new double[] { busy.get(instance) };
    }

    @Override
    public Optional<Instant> moved(InstanceId instance) {
        return Optional.ofNullable(moved.get(instance));
    }

    public static InstanceId id(int number) {
        return new InstanceId(String.format("i-%08x", number));
    }

    public static PlacementRules apart(String group) {
        return new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of(group), Optional.empty());
    }

    public static PlacementRules together(String group) {
        return new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.of(group));
    }

    public static PlacementRules pinned(String host) {
        return new PlacementRules(Optional.of(new HostId(host)), Set.of(), Map.of(), Optional.empty(), Optional.empty());
    }
}
