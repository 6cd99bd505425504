package org.kumiki.twin.cloudsim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
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
import org.kumiki.api.policy.History;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/**
 * What a policy sees of a study: a datacenter like any other, in which a MIPS is a CPU. Hosts promise more CPUs than all machines want, as in
 * CloudSim they hold no machine back once it runs. The decision of an instance says which of a host's came first.
 */
final class Views {

    /** Of 3 March 2011. A number, as reading a date would load much of the calendar into a short process. */
    private static final Instant MIDNIGHT = Instant.ofEpochSecond(1_299_110_400);
    private static final Technology TECHNOLOGY = new Technology("cloudsim", "3.0.3", Technology.MonitorPlace.HOST_OS, Set.of(Method.HARDWARE),
            Set.of(Feature.LIVE_MIGRATION_PRECOPY), "");
    /** More CPUs than all machines want. */
    private static final int ANY = Integer.MAX_VALUE / 2;
    private static final AccountId OWNER = new AccountId("000000000001");
    private static final String HOST = "h";
    private static final String INSTANCE = "i-";
    private static final HexFormat HEX = HexFormat.of();
    private static final LaunchSpec SPEC = new LaunchSpec("planetlab", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false,
            PlacementRules.ANYWHERE);
    private static final NetworkInterface NIC = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1", Optional.empty());

    private final Racks hosts;
    private final Machines machines;
    private final Instance[] instances;
    private final Instant[] moved;
    /** Where each machine is in the table; -1 for nowhere. */
    private final int[] shownAt;
    private HostTable table;
    private Instant now = MIDNIGHT;
    private long decisions;

    /** @param memory whether a host promises the memory that it has, and not more than all machines want */
    Views(Racks hosts, Machines machines, boolean memory) {
        this.hosts = hosts;
        this.machines = machines;
        instances = new Instance[machines.size];
        moved = new Instant[machines.size];
        shownAt = machines.host.clone();
        HostTable.Editor editor = HostTable.EMPTY.edit();
        HostId[] ids = new HostId[hosts.size()];
        Map<HostKind, Map<String, String>> labels = new IdentityHashMap<>();
        for (int host = 0; host < hosts.size(); host++) {
            ids[host] = new HostId(HOST + host);
            editor.add(new Host(ids[host], TECHNOLOGY.name(), HostState.UP,
                    new Resources(ANY, memory ? hosts.kind(host).memoryMiB() : Integer.MAX_VALUE, 0, 0), (int) hosts.kind(host).mips(),
                    labels.computeIfAbsent(hosts.kind(host), Views::labels)), TECHNOLOGY);
        }
        for (int machine = 0; machine < machines.size; machine++) {
            Resources resources = new Resources(machines.mips[machine], machines.memoryMiB[machine], 0, 0);
            instances[machine] = new Instance(new InstanceId(INSTANCE + HEX.toHexDigits(machine)), OWNER, "r-00000000", 0, SPEC, resources,
                    Optional.empty(), InstanceState.RUNNING, Optional.empty(), MIDNIGHT, MIDNIGHT, Optional.of(ids[machines.host[machine]]), NIC, false,
                    Map.of(), ++decisions);
            editor.take(machines.host[machine], resources);
        }
        table = editor.build();
    }

    private static Map<String, String> labels(HostKind kind) {
        return Map.of("core", Integer.toString((int) kind.coreMips()), "power", kind.power().toString());
    }

    static int machine(InstanceId instance) {
        return Integer.parseInt(instance.value(), INSTANCE.length(), instance.value().length(), 16);
    }

    static int host(HostId host) {
        return Integer.parseInt(host.value(), HOST.length(), host.value().length(), 10);
    }

    /** A machine has come to another host. */
    void arrived(int machine) {
        instances[machine] = instances[machine].onHost(table.id(machines.host[machine]), ++decisions);
        moved[machine] = now;
    }

    /** A machine is on its way to another host, and takes its memory on both. */
    void begins(int machine, int to) {
        table = table.edit().take(to, instances[machine].resources()).build();
    }

    /** It has come there, and leaves the other. */
    void ends(int machine, double seconds) {
        table = table.edit().release(shownAt[machine], instances[machine].resources()).build();
        shownAt[machine] = machines.host[machine];
        instances[machine] = instances[machine].onHost(table.id(machines.host[machine]), ++decisions);
        moved[machine] = instant(seconds);
    }

    DatacenterView view(double seconds) {
        now = instant(seconds);
        List<Instance> present = new ArrayList<>(machines.size);
        HostTable.Editor editor = table.edit();
        for (int machine = 0; machine < machines.size; machine++) {
            int at = machines.host[machine];
            if (at != shownAt[machine]) {
                editor.release(shownAt[machine], instances[machine].resources());
                if (at >= 0) {
                    editor.take(at, instances[machine].resources());
                }
                shownAt[machine] = at;
            }
            if (at >= 0) {
                present.add(instances[machine]);
            }
        }
        HostTable shown = editor.build();
        table = shown;
        return new DatacenterView(decisions, now, shown, () -> new InstanceTable(present, shown));
    }

    private static Instant instant(double seconds) {
        return MIDNIGHT.plusMillis(Math.round(1_000 * seconds));
    }

    /** What was measured up to a time. Of hosts there is the newest sample only. */
    History history(double seconds) {
        return new History() {

            @Override
            public Duration interval() {
                return Duration.ofMinutes(5);
            }

            @Override
            public Instant last() {
                return instant(seconds);
            }

            @Override
            public double[] cpu(HostId host, int samples) {
                return new double[] { hosts.load(host(host)) };
            }

            @Override
            public double[] cpu(InstanceId instance, int samples) {
                return machines.history(machine(instance), samples);
            }

            @Override
            public Optional<Instant> moved(InstanceId instance) {
                return Optional.ofNullable(moved[machine(instance)]);
            }
        };
    }
}
