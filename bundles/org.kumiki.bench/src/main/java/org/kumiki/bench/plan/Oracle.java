package org.kumiki.bench.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.policy.Action;

/**
 * Knows what may be done in a datacenter, in the most simple way: it looks at everything each time and shares no line with what it judges.
 */
final class Oracle {

    static final List<ToLongFunction<Resources>> DIMENSIONS = List.of(Resources::cpus, Resources::memoryMiB, Resources::diskMiB,
            Resources::networkMbps);

    private final Map<HostId, Host> hosts = new HashMap<>();
    private final Map<HostId, Technology> technologies = new HashMap<>();
    private final Map<HostId, HostState> states = new HashMap<>();
    private final Map<InstanceId, Instance> instances = new HashMap<>();
    private final Map<InstanceId, HostId> where = new HashMap<>();
    private final int spareHosts;

    Oracle(Map<Host, Technology> hosts, List<Instance> instances, int spareHosts) {
        hosts.forEach((host, technology) -> {
            this.hosts.put(host.id(), host);
            technologies.put(host.id(), technology);
            states.put(host.id(), host.state());
        });
        instances.forEach(instance -> {
            this.instances.put(instance.id(), instance);
            where.put(instance.id(), instance.host().orElseThrow());
        });
        this.spareHosts = spareHosts;
    }

    /** Carries an action out, if it may be. */
    boolean take(Action action) {
        if (action instanceof Action.Migrate migrate) {
            return move(List.of(migrate.instance()), migrate.destination());
        } else if (action instanceof Action.MigrateTogether migrate) {
            return move(migrate.instances(), migrate.destination());
        } else if (action instanceof Action.Sleep sleep) {
            return states.get(sleep.host()) == HostState.UP && !where.containsValue(sleep.host()) && become(sleep.host(), HostState.OFF);
        }
        return action instanceof Action.Wake wake && states.get(wake.host()) == HostState.OFF && become(wake.host(), HostState.UP);
    }

    private boolean become(HostId host, HostState state) {
        List<Long> before = margins();
        HostState was = states.put(host, state);
        if (breaks(before, margins())) {
            states.put(host, was);
            return false;
        }
        return true;
    }

    private boolean move(List<InstanceId> party, HostId destination) {
        if (party.isEmpty() || new HashSet<>(party).size() < party.size() || states.get(destination) != HostState.UP) {
            return false;
        }
        Map<InstanceId, HostId> before = new HashMap<>(where);
        Set<InstanceId> yetToCome = new HashSet<>(party);
        for (InstanceId id : party) {
            yetToCome.remove(id);
            if (!mayCome(id, destination, yetToCome)) {
                where.clear();
                where.putAll(before);
                return false;
            }
        }
        return true;
    }

    private boolean mayCome(InstanceId id, HostId destination, Set<InstanceId> onTheWay) {
        Instance instance = instances.get(id);
        if (instance == null || instance.state() != InstanceState.RUNNING || where.get(id).equals(destination)) {
            return false;
        }
        HostId source = where.get(id);
        boolean canLeave = Set.of(HostState.UP, HostState.DRAINING, HostState.MAINTENANCE).contains(states.get(source));
        Technology here = technologies.get(source);
        Technology there = technologies.get(destination);
        boolean canMove = here.name().equals(there.name()) && List.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY,
                Feature.STOP_AND_COPY).stream().anyMatch(way -> here.features().contains(way) && there.features().contains(way));
        Map<String, String> labels = hosts.get(destination).labels();
        boolean sameCpu = Objects.equals(hosts.get(source).labels().get("cpu"), labels.get("cpu"));
        PlacementRules rules = instance.spec().rules();
        boolean wanted = rules.host().map(destination::equals).orElse(true)
                && (rules.methods().isEmpty() || rules.methods().stream().anyMatch(there.methods()::contains))
                && rules.labels().entrySet().stream().allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
        List<InstanceId> others = new ArrayList<>(where.keySet());
        others.remove(id);
        others.removeAll(onTheWay);
        boolean apart = rules.spreadGroup().isEmpty()
                || others.stream().noneMatch(other -> isIn(other, rules.spreadGroup()) && where.get(other).equals(destination));
        boolean together = rules.clusterGroup().isEmpty() || others.stream().noneMatch(other -> isIn(other, rules.clusterGroup()))
                || others.stream().anyMatch(other -> isIn(other, rules.clusterGroup()) && where.get(other).equals(destination));
        if (!canLeave || !canMove || !sameCpu || !wanted || !apart || !together) {
            return false;
        }
        List<Long> before = margins();
        where.put(id, destination);
        return DIMENSIONS.stream().allMatch(dimension -> free(destination, dimension) >= 0) && !breaks(before, margins());
    }

    private boolean isIn(InstanceId instance, Optional<String> group) {
        PlacementRules rules = instances.get(instance).spec().rules();
        return rules.spreadGroup().equals(group) || rules.clusterGroup().equals(group);
    }

    private long free(HostId host, ToLongFunction<Resources> dimension) {
        return dimension.applyAsLong(hosts.get(host).capacity()) - where.entrySet().stream().filter(entry -> entry.getValue().equals(host))
                .mapToLong(entry -> dimension.applyAsLong(instances.get(entry.getKey()).resources())).sum();
    }

    /** How much more is free on the hosts that are up than the largest of them have. */
    private List<Long> margins() {
        List<HostId> up = hosts.keySet().stream().filter(host -> states.get(host) == HostState.UP).toList();
        return DIMENSIONS.stream().map(dimension -> up.stream().mapToLong(host -> free(host, dimension)).sum()
                - up.stream().map(host -> dimension.applyAsLong(hosts.get(host).capacity())).sorted(Comparator.reverseOrder()).limit(spareHosts)
                        .mapToLong(Long::longValue).sum()).toList();
    }

    private boolean breaks(List<Long> before, List<Long> after) {
        for (int index = 0; spareHosts > 0 && index < before.size(); index++) {
            if (after.get(index) < 0 && after.get(index) < before.get(index)) {
                return true;
            }
        }
        return false;
    }
}
