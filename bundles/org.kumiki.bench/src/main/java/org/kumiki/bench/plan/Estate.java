package org.kumiki.bench.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

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
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/** A datacenter on paper: equal hosts, and guests on them. Not thread-safe. */
final class Estate {

    static final Resources HOST = new Resources(64, 256 * 1_024L, 4_096 * 1_024L, 25_000);
    static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HYPERVISOR_WITH_DRIVER_GUEST,
            Set.of(Technology.Method.HARDWARE), EnumSet.allOf(Technology.Feature.class), "");

    private static final NetworkInterface NIC = new NetworkInterface(new NetworkId("vpc-00000000"), "02:00:00:00:00:00", "10.0.0.1",
            Optional.empty());

    private HostTable hosts;
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, Map<Integer, Integer>> groups = new HashMap<>();
    private long version;
    private int number;

    /** @param size how many hosts there are, of which every second may keep data that must stay, and every hundredth is in maintenance */
    Estate(int size) {
        this(size, 100);
    }

    /** @param maintenance every how manieth host is in maintenance; 0 for none */
    Estate(int size, int maintenance) {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        for (int row = 0; row < size; row++) {
            HostState state = maintenance > 0 && row % maintenance == maintenance - 1 ? HostState.MAINTENANCE : HostState.UP;
            editor.add(new Host(new HostId("h" + row), TECHNOLOGY.name(), state, HOST,
                    Map.of("residency", row % 2 == 0 ? "jp" : "eu", "cpu", "x")), TECHNOLOGY);
        }
        hosts = editor.build();
    }

    /** Goes on from a table; what is there already is not known one by one. */
    Estate(HostTable hosts) {
        this.hosts = hosts;
    }

    HostTable hosts() {
        return hosts;
    }

    List<Instance> instances() {
        return instances;
    }

    DatacenterView view() {
        HostTable now = hosts;
        List<Instance> all = List.copyOf(instances);
        return new DatacenterView(++version, Instant.EPOCH, now, () -> new InstanceTable(all, now));
    }

    /** A view for schedulers, which ask for no instances. */
    DatacenterView hostsOnly() {
        return new DatacenterView(++version, Instant.EPOCH, hosts, () -> {
            throw new IllegalStateException("no scheduler should need them");
        });
    }

    /** Asks a scheduler and puts the guests where it says; answers how many found room. */
    int launch(Scheduler scheduler, PlacementRequest request) {
        List<HostId> chosen = scheduler.place(hostsOnly(), request).hosts();
        chosen.forEach(host -> put(request, host));
        return chosen.size();
    }

    void put(PlacementRequest request, HostId host) {
        int row = hosts.row(host);
        HostTable.Editor editor = hosts.edit().take(row, request.each());
        count(editor, request.rules(), row, 1);
        hosts = editor.build();
        LaunchSpec spec = new LaunchSpec("m", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false, request.rules());
        instances.add(new Instance(new InstanceId(String.format("i-%08x", ++number)), new AccountId("000000000001"), "r-00000000", 0,
                spec, request.each(), Optional.empty(), InstanceState.RUNNING, Optional.empty(), Instant.EPOCH, Instant.EPOCH, Optional.of(host), NIC, false,
                Map.of(), 1));
    }

    /** Takes a guest off its host; the last one gets its place in the list. */
    void remove(int index) {
        Instance gone = instances.get(index);
        int row = hosts.row(gone.host().orElseThrow());
        HostTable.Editor editor = hosts.edit().release(row, gone.resources());
        count(editor, gone.spec().rules(), row, -1);
        hosts = editor.build();
        Instance last = instances.remove(instances.size() - 1);
        if (index < instances.size()) {
            instances.set(index, last);
        }
    }

    private void count(HostTable.Editor editor, PlacementRules rules, int row, int change) {
        for (Function<PlacementRules, Optional<String>> kind : List.<Function<PlacementRules, Optional<String>>>of(PlacementRules::spreadGroup,
                PlacementRules::clusterGroup)) {
            kind.apply(rules).ifPresent(group -> {
                int members = groups.computeIfAbsent(group, g -> new HashMap<>()).merge(row, change, Integer::sum);
                editor.group(group, row, members > 0);
            });
        }
    }

    long used() {
        long used = 0;
        for (int row = 0; row < hosts.size(); row++) {
            used += hosts.guests(row) > 0 ? 1 : 0;
        }
        return used;
    }

    /** How many hosts are needed at least, if guests were liquid. */
    long lowerBound() {
        return Stream.<ToLongFunction<Resources>>of(Resources::cpus, Resources::memoryMiB, Resources::diskMiB, Resources::networkMbps)
                .mapToLong(dimension -> {
                    long wanted = instances.stream().mapToLong(instance -> dimension.applyAsLong(instance.resources())).sum();
                    LongUnaryOperator hostsFor = amount -> (amount + dimension.applyAsLong(HOST) - 1) / dimension.applyAsLong(HOST);
                    return hostsFor.applyAsLong(wanted);
                }).max().orElse(0);
    }
}
