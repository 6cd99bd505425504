package org.kumiki.tck.brain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

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
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/**
 * A datacenter that is made up from a number, always the same from the same one: hosts of different technologies, sizes, states and labels, with
 * instances where the rules let them be. Plans are carried out on it at once. Not thread-safe.
 */
final class Scene implements History {

    private static final List<Technology> TECHNOLOGIES = List.of(
            technology("full", EnumSet.of(Method.HARDWARE), EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY)),
            technology("paravirtual", EnumSet.of(Method.PARAVIRTUAL), EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY)),
            technology("containers", EnumSet.of(Method.OS_LEVEL), EnumSet.noneOf(Feature.class)));
    private static final List<Resources> SIZES = List.of(new Resources(8, 16_384, 200_000, 1_000), new Resources(32, 65_536, 0, 10_000),
            new Resources(2, 2_048, 10_000, 100), Resources.NONE);
    private static final List<Resources> SHAPES = List.of(new Resources(1, 1_024, 0, 0), new Resources(2, 512, 8_192, 50),
            new Resources(4, 8_192, 0, 100));
    private static final List<HostState> STATES = List.of(HostState.UP, HostState.UP, HostState.UP, HostState.UP, HostState.UP, HostState.DRAINING,
            HostState.MAINTENANCE, HostState.OFF, HostState.LOST, HostState.REMOVED);

    private final SplittableRandom random;
    private final Map<InstanceId, double[]> busy = new HashMap<>();
    private final Map<InstanceId, Instant> moved = new HashMap<>();
    private final Map<HostId, HostState> states = new HashMap<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final int spareHosts;
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");

    Scene(long seed, int hosts, int instances) {
        random = new SplittableRandom(seed);
        spareHosts = random.nextInt(4) == 0 ? 1 : 0;
        for (int number = 0; number < hosts; number++) {
            Technology technology = TECHNOLOGIES.get(random.nextInt(10) < 7 ? 0 : random.nextInt(TECHNOLOGIES.size()));
            Host host = new Host(new HostId("h" + number), technology.name(), STATES.get(random.nextInt(STATES.size())),
                    SIZES.get(random.nextInt(10) < 7 ? 0 : random.nextInt(SIZES.size())),
                    Map.of("rack", "r" + random.nextInt(3), "technology", technology.name()));
            this.hosts.add(host);
            states.put(host.id(), host.state());
        }
        settle(instances);
    }

    private static Technology technology(String name, Set<Method> methods, Set<Feature> features) {
        return new Technology(name, "1", Technology.MonitorPlace.HOST_OS, methods, features, "");
    }

    private static Technology technology(Host host) {
        return TECHNOLOGIES.stream().filter(technology -> technology.name().equals(host.technology())).findFirst().orElseThrow();
    }

    /** Puts instances where they may be while every host is up; those on hosts that are none came before that. */
    private void settle(int count) {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        hosts.forEach(host -> editor.add(host.with(HostState.UP), technology(host)));
        HostTable table = editor.build();
        for (int number = 0; number < count && table.size() > 0; number++) {
            Resources shape = shape();
            PlacementRules rules = rules();
            int row = random.nextInt(table.size());
            HostState state = states.get(table.id(row));
            if (Eligibility.refusal(table, row, shape, rules) == null && state != HostState.OFF && state != HostState.MAINTENANCE) {
                add(number, table.id(row), shape, rules);
                table = occupied(table.edit(), row, shape, rules).build();
            }
        }
    }

    private static HostTable.Editor occupied(HostTable.Editor editor, int row, Resources shape, PlacementRules rules) {
        editor.take(row, shape);
        rules.spreadGroup().ifPresent(group -> editor.group(group, row, true));
        rules.clusterGroup().ifPresent(group -> editor.group(group, row, true));
        return editor;
    }

    private void add(int number, HostId host, Resources shape, PlacementRules rules) {
        InstanceId id = new InstanceId(String.format("i-%08x", number));
        LaunchSpec spec = new LaunchSpec("m", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false, rules);
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1", Optional.empty());
        InstanceState state = random.nextInt(10) == 0 ? InstanceState.PENDING : InstanceState.RUNNING;
        instances.add(new Instance(id, new AccountId("000000000001"), "r-00000000", 0, spec, shape, Optional.empty(), state, Optional.empty(), now, now,
                Optional.of(host), nic, false, Map.of(), 1));
        double[] known = new double[random.nextInt(20)];
        double level = random.nextDouble();
        for (int sample = 0; sample < known.length; sample++) {
            known[sample] = random.nextInt(8) == 0 ? Double.NaN : level;
        }
        busy.put(id, known);
    }

    Resources shape() {
        return SHAPES.get(random.nextInt(SHAPES.size()));
    }

    /** Half of all instances may be anywhere; the others have one rule, or two. */
    PlacementRules rules() {
        if (random.nextBoolean()) {
            return PlacementRules.ANYWHERE;
        }
        int kind = random.nextInt(7);
        return new PlacementRules(kind == 0 && !hosts.isEmpty() ? Optional.of(hosts.get(random.nextInt(hosts.size())).id()) : Optional.empty(),
                kind == 1 || kind == 2 ? Set.of(Method.values()[random.nextInt(Method.values().length)]) : Set.of(),
                kind == 2 || kind == 3 ? Map.of("rack", "r" + random.nextInt(3)) : Map.of(),
                kind == 4 ? Optional.of("apart" + random.nextInt(2)) : Optional.empty(),
                kind == 5 ? Optional.of("together" + random.nextInt(2)) : Optional.empty());
    }

    int upTo(int bound) {
        return 1 + random.nextInt(bound);
    }

    /** It as it is now. Equal as often as it is asked for. */
    DatacenterView view() {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        hosts.forEach(host -> editor.add(host.with(states.get(host.id())), technology(host)));
        HostTable empty = editor.build();
        HostTable.Editor filled = empty.edit();
        instances.forEach(instance -> occupied(filled, empty.row(instance.host().orElseThrow()), instance.resources(), instance.spec().rules()));
        HostTable table = filled.build();
        List<Instance> all = List.copyOf(instances);
        return new DatacenterView(1, now, table, spareHosts, () -> new InstanceTable(all, table));
    }

    /** Takes over what a course has come to, and lets an hour pass. */
    void become(Course course) {
        for (int row = 0; row < course.instances().size(); row++) {
            Instance instance = course.instances().instance(row);
            HostId host = course.id(course.hostRow(row));
            if (!instance.host().equals(Optional.of(host))) {
                instances.set(instances.indexOf(instance), instance.onHost(host, 1));
                moved.put(instance.id(), now);
            }
        }
        hosts.forEach(host -> states.put(host.id(), course.state(course.row(host.id()))));
        now = now.plus(Duration.ofHours(1));
    }

    /** One action that somebody has thought of without looking at the rules. */
    Action anything() {
        HostId host = hosts.get(random.nextInt(hosts.size())).id();
        return random.nextBoolean() && !instances.isEmpty() ? new Action.Migrate(instances.get(random.nextInt(instances.size())).id(), host)
                : new Action.Sleep(host);
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
        double sum = instances.stream().filter(instance -> instance.host().equals(Optional.of(host)))
                .mapToDouble(instance -> instance.resources().cpus() * last(busy.get(instance.id()))).sum();
        int cpus = hosts.stream().filter(known -> known.id().equals(host)).mapToInt(known -> known.capacity().cpus()).findFirst().orElse(0);
        return cpus == 0 ? new double[0] : new double[] { Math.min(1, sum / cpus) };
    }

    private static double last(double[] series) {
        return series.length == 0 || Double.isNaN(series[series.length - 1]) ? 0 : series[series.length - 1];
    }

    @Override
    public double[] cpu(InstanceId instance, int samples) {
        double[] known = busy.getOrDefault(instance, new double[0]);
        return known.length <= samples ? known.clone() : Arrays.copyOfRange(known, known.length - samples, known.length);
    }

    @Override
    public Optional<Instant> moved(InstanceId instance) {
        return Optional.ofNullable(moved.get(instance));
    }
}
