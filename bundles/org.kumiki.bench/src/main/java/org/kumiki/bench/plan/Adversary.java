package org.kumiki.bench.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
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
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Schedule;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/** Plans what nobody should: random steps in small, crowded datacenters, judged by a {@link Course} and by an {@link Oracle}. */
final class Adversary {

    private static final int MOST_STEPS = 16;
    private static final String[] NAMES = { "h0", "h1", "h2", "h3", "h4", "h5", "h6", "nowhere" };
    private static final Technology[] TECHNOLOGIES = {
            new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Method.HARDWARE, Method.BINARY_TRANSLATION),
                    EnumSet.allOf(Feature.class), ""),
            new Technology("paper", "2", Technology.MonitorPlace.HOST_OS, Set.of(Method.HARDWARE), Set.of(Feature.LIVE_MIGRATION_PRECOPY), ""),
            new Technology("paper", "3", Technology.MonitorPlace.HOST_OS, Set.of(Method.BINARY_TRANSLATION), Set.of(Feature.STOP_AND_COPY), ""),
            new Technology("card", "1", Technology.MonitorPlace.HOST_OS, Set.of(Method.OS_LEVEL), Set.of(), "") };

    /**
     * What came out.
     *
     * @param plans      each in a datacenter of its own
     * @param violations steps that were taken and are wrong
     * @param refusals   steps that were refused and are right
     * @param collisions moments at which steps side by side broke a rule
     */
    record Result(long plans, long steps, long taken, long violations, long refusals, long collisions) {

        Result plus(Result other) {
            return new Result(plans + other.plans, steps + other.steps, taken + other.taken, violations + other.violations, refusals + other.refusals,
                    collisions + other.collisions);
        }
    }

    private final SplittableRandom random;

    Adversary(long seed) {
        random = new SplittableRandom(seed);
    }

    static Result run(long plans, long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        Result result = new Result(0, 0, 0, 0, 0, 0);
        while (result.plans() < plans) {
            result = result.plus(new Adversary(seeds.nextLong()).attack());
        }
        return result;
    }

    private Result attack() {
        Map<Host, Technology> hosts = hosts();
        List<Instance> instances = instances(List.copyOf(hosts.keySet()));
        int spareHosts = Math.max(0, random.nextInt(4) - 1);
        DatacenterView view = view(hosts, instances, spareHosts);
        Course course = new Course(view);
        Oracle oracle = new Oracle(hosts, instances, spareHosts);
        List<Plan.Step> taken = new ArrayList<>();
        long violations = 0;
        long refusals = 0;
        int steps = 1 + random.nextInt(MOST_STEPS);
        for (int step = 0; step < steps; step++) {
            Plan.Step next = new Plan.Step(action(instances), "");
            boolean right = oracle.take(next.action());
            boolean accepted = course.take(next) == null;
            violations += accepted && !right ? 1 : 0;
            refusals += !accepted && right ? 1 : 0;
            if (accepted != right) {
                break;
            }
            if (accepted) {
                taken.add(next);
            }
        }
        Plan plan = new Plan(taken, "");
        long collisions = new Rehearsal(view, plan, Schedule.of(view, plan), random).run();
        return new Result(1, steps, taken.size(), violations, refusals, collisions);
    }

    private Map<Host, Technology> hosts() {
        HostState[] states = { HostState.UP, HostState.UP, HostState.UP, HostState.UP, HostState.UP, HostState.DRAINING, HostState.MAINTENANCE,
                HostState.OFF, HostState.LOST, HostState.REMOVED };
        Map<Host, Technology> hosts = new LinkedHashMap<>();
        for (int row = 0; row < NAMES.length - 1; row++) {
            HostState state = states[random.nextInt(states.length)];
            Map<String, String> labels = Map.of("cpu", random.nextInt(8) == 0 ? "b" : "a", "residency", random.nextInt(3) == 0 ? "eu" : "jp");
            Technology technology = TECHNOLOGIES[random.nextInt(3) > 0 ? 0 : random.nextInt(TECHNOLOGIES.length)];
            hosts.put(new Host(new HostId(NAMES[row]), technology.name(), state, new Resources(4 + random.nextInt(5), 4 + random.nextInt(5),
                    4 + random.nextInt(5), 4 + random.nextInt(5)), labels), technology);
        }
        return hosts;
    }

    /** They break no capacity, but any other rule. */
    private List<Instance> instances(List<Host> hosts) {
        Map<HostId, Resources> room = new LinkedHashMap<>();
        hosts.forEach(host -> room.put(host.id(), host.capacity()));
        List<Instance> instances = new ArrayList<>();
        for (int number = 0; number < 14; number++) {
            Host host = hosts.get(random.nextInt(hosts.size()));
            Resources each = new Resources(random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3));
            if (each.fitsIn(room.get(host.id())) && host.state() != HostState.OFF && host.state() != HostState.REMOVED) {
                room.merge(host.id(), each, Resources::minus);
                instances.add(instance(number, host.id(), each));
            }
        }
        return instances;
    }

    private Instance instance(int number, HostId host, Resources each) {
        InstanceState state = random.nextInt(10) == 0 ? InstanceState.PENDING : InstanceState.RUNNING;
        LaunchSpec spec = new LaunchSpec("m", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false, rules());
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1", Optional.empty());
        return new Instance(id(number), new AccountId("000000000001"), "r-00000000", 0, spec, each, Optional.empty(), state, Optional.empty(), Instant.EPOCH,
                Instant.EPOCH, Optional.of(host), nic, false, Map.of(), 1);
    }

    private PlacementRules rules() {
        return new PlacementRules(random.nextInt(12) == 0 ? Optional.of(host()) : Optional.empty(),
                random.nextInt(8) == 0 ? Set.of(random.nextBoolean() ? Method.HARDWARE : Method.BINARY_TRANSLATION) : Set.of(),
                random.nextInt(5) == 0 ? Map.of("residency", "jp") : Map.of(),
                random.nextInt(4) == 0 ? Optional.of(random.nextBoolean() ? "web" : "both") : Optional.empty(),
                random.nextInt(4) == 0 ? Optional.of(random.nextInt(4) > 0 ? "db" : "both") : Optional.empty());
    }

    private Action action(List<Instance> instances) {
        return switch (random.nextInt(8)) {
            case 0 -> new Action.Sleep(host());
            case 1 -> new Action.Wake(host());
            case 2, 3 -> new Action.MigrateTogether(party(instances), host());
            default -> new Action.Migrate(id(random.nextInt(15)), host());
        };
    }

    /** A cluster, as it should be, or just any. */
    private List<InstanceId> party(List<Instance> instances) {
        if (random.nextBoolean()) {
            return instances.stream().filter(instance -> instance.spec().rules().clusterGroup().equals(Optional.of("db"))).map(Instance::id).toList();
        }
        return random.ints(random.nextInt(4), 0, 15).mapToObj(Adversary::id).toList();
    }

    private HostId host() {
        return new HostId(NAMES[random.nextInt(NAMES.length)]);
    }

    private static InstanceId id(int number) {
        return new InstanceId(String.format("i-%08x", number));
    }

    private static DatacenterView view(Map<Host, Technology> hosts, List<Instance> instances, int spareHosts) {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        hosts.forEach(editor::add);
        HostTable empty = editor.build();
        HostTable.Editor filled = empty.edit();
        for (Instance instance : instances) {
            int row = empty.row(instance.host().orElseThrow());
            filled.take(row, instance.resources());
            instance.spec().rules().spreadGroup().ifPresent(group -> filled.group(group, row, true));
            instance.spec().rules().clusterGroup().ifPresent(group -> filled.group(group, row, true));
        }
        HostTable table = filled.build();
        return new DatacenterView(1, Instant.EPOCH, table, spareHosts, () -> new InstanceTable(instances, table));
    }
}
