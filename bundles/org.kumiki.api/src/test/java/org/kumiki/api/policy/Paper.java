package org.kumiki.api.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
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
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/** A datacenter on paper, written down host by host and guest by guest. */
final class Paper {

    static final Technology MOVING = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Method.HARDWARE),
            EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY), "");
    static final Technology FIXED = new Technology("paper", "2", Technology.MonitorPlace.HOST_OS, Set.of(Method.HARDWARE), Set.of(), "");
    static final Resources FOUR = new Resources(4, 4_096, 4_096, 4_000);

    private final HostTable.Editor hosts = HostTable.EMPTY.edit();
    private final List<HostId> names = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();

    Paper host(String name) {
        return host(name, HostState.UP, MOVING, Map.of());
    }

    Paper host(String name, HostState state) {
        return host(name, state, MOVING, Map.of());
    }

    Paper host(String name, HostState state, Technology technology, Map<String, String> labels) {
        hosts.add(new Host(new HostId(name), technology.name(), state, FOUR, labels), technology);
        names.add(new HostId(name));
        return this;
    }

    Paper guest(int number, String host, int cpus) {
        return guest(number, host, cpus, PlacementRules.ANYWHERE);
    }

    Paper guest(int number, String host, int cpus, PlacementRules rules) {
        LaunchSpec spec = new LaunchSpec("m", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false, rules);
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1", Optional.empty());
        Resources each = new Resources(cpus, 1_024L * cpus, 1_024L * cpus, 1_000 * cpus);
        instances.add(new Instance(id(number), new AccountId("000000000001"), "r-00000000", 0, spec, each, Optional.empty(), InstanceState.RUNNING,
                Optional.empty(), Instant.EPOCH, Instant.EPOCH, Optional.of(new HostId(host)), nic, false, Map.of(), 1));
        int row = names.indexOf(new HostId(host));
        hosts.take(row, each);
        rules.spreadGroup().ifPresent(group -> hosts.group(group, row, true));
        rules.clusterGroup().ifPresent(group -> hosts.group(group, row, true));
        return this;
    }

    DatacenterView view() {
        return view(0);
    }

    DatacenterView view(int spareHosts) {
        HostTable table = hosts.build();
        return new DatacenterView(1, Instant.EPOCH, table, spareHosts, () -> new InstanceTable(instances, table));
    }

    static InstanceId id(int number) {
        return new InstanceId(String.format("i-%08x", number));
    }

    static PlacementRules apart(String group) {
        return new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of(group), Optional.empty());
    }

    static PlacementRules together(String group) {
        return new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.of(group));
    }

    static Plan.Step move(int number, String host) {
        return new Plan.Step(new Action.Migrate(id(number), new HostId(host)), "");
    }

    static Plan.Step moveTogether(String host, int... numbers) {
        return new Plan.Step(new Action.MigrateTogether(Arrays.stream(numbers).mapToObj(Paper::id).toList(), new HostId(host)), "");
    }

    static Plan.Step sleep(String host) {
        return new Plan.Step(new Action.Sleep(new HostId(host)), "");
    }

    static Plan.Step wake(String host) {
        return new Plan.Step(new Action.Wake(new HostId(host)), "");
    }
}
