package org.kumiki.policy.stochastic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

import org.junit.jupiter.api.Test;
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
import org.kumiki.api.policy.Course;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/** Whatever is passed over, the answer is that of looking at every host. */
class TargetsTest {

    private static final int HOSTS = 60;
    private static final int GUESTS = 300;
    private static final double SIGMAS = 1.5;
    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE),
            Set.of(Technology.Feature.LIVE_MIGRATION_PRECOPY), "");
    /** The first two draw the same for each CPU; what the third has too little of is memory. */
    private static final int[] PROCESSORS = { 16, 32, 64 };
    private static final String[] WATTS = { "160", "320", "500" };
    private static final int[] MEMORY_MIB = { 65_536, 131_072, 16_384 };

    private final SplittableRandom dice = new SplittableRandom(7);
    private final Appetite appetite = new Appetite(new double[GUESTS], new double[GUESTS], new double[GUESTS]);
    private final Course course = new Course(view());
    private final Tables tables = new Tables(course, appetite);
    private final boolean[] closed = new boolean[HOSTS];
    private final Targets targets = new Targets(course, tables, SIGMAS, closed);

    @Test
    void findsTheFullestOfAllAndTheEmptyOneThatDrawsLeast() {
        int moves = 0;
        for (int time = 0; time < 4_000; time++) {
            int guest = dice.nextInt(GUESTS);
            int fullest = targets.fullest(guest);
            int empty = targets.empty(guest, 1, Double.POSITIVE_INFINITY);
            assertThat(fullest).isEqualTo(ofAll(guest, SIGMAS, host -> course.guests(host) > 0));
            assertThat(empty).isEqualTo(ofAll(guest, 1, host -> course.guests(host) == 0));
            int to = time % 3 == 0 ? empty : time % 3 == 1 ? fullest : dice.nextInt(HOSTS);
            int from = course.hostRow(guest);
            if (to >= 0 && course.migrate(new int[] { guest }, to, "") == null) {
                tables.moved(guest, from, to);
                targets.changed(from);
                targets.changed(to);
                moves++;
            }
            int host = dice.nextInt(HOSTS);
            closed[host] = dice.nextInt(5) == 0;
            targets.changed(host);
        }
        assertThat(moves).isGreaterThan(1_000);
    }

    private int ofAll(int guest, double sigmas, IntPredicate counts) {
        int best = -1;
        for (int host = 0; host < HOSTS; host++) {
            if (!closed[host] && counts.test(host) && tables.hasRoom(host, guest, sigmas) && (best < 0 || isBetter(host, best))
                    && course.refusal(guest, host) == null) {
                best = host;
            }
        }
        return best;
    }

    private boolean isBetter(int host, int than) {
        int byWatts = Double.compare(tables.wattsPerCpu(host), tables.wattsPerCpu(than));
        return byWatts < 0 || byWatts == 0 && course.guests(host) > 0 && tables.used(host, SIGMAS) > tables.used(than, SIGMAS);
    }

    private DatacenterView view() {
        HostTable.Editor hosts = HostTable.EMPTY.edit();
        for (int host = 0; host < HOSTS; host++) {
            int kind = host % PROCESSORS.length;
            hosts.add(new Host(new HostId("h" + host), TECHNOLOGY.name(), HostState.UP, new Resources(1_000, MEMORY_MIB[kind], 0, 0),
                    PROCESSORS[kind], Map.of("power", WATTS[kind])), TECHNOLOGY);
        }
        LaunchSpec spec = new LaunchSpec("m", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false,
                PlacementRules.ANYWHERE);
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1", Optional.empty());
        List<Instance> instances = new ArrayList<>();
        for (int guest = 0; guest < GUESTS; guest++) {
            appetite.now()[guest] = 4 * dice.nextDouble();
            appetite.mean()[guest] = 4 * dice.nextDouble();
            appetite.variance()[guest] = dice.nextDouble();
            int host = dice.nextInt(HOSTS / 2);
            Resources amount = new Resources(4, 1_024, 0, 0);
            instances.add(new Instance(new InstanceId(String.format("i-%08x", guest)), new AccountId("000000000001"), "r-00000000", 0, spec, amount,
                    Optional.empty(), InstanceState.RUNNING, Optional.empty(), Instant.EPOCH, Instant.EPOCH, Optional.of(new HostId("h" + host)), nic,
                    false, Map.of(), 1));
            hosts.take(host, amount);
        }
        HostTable table = hosts.build();
        return new DatacenterView(1, Instant.EPOCH, table, () -> new InstanceTable(instances, table));
    }
}
