package org.kumiki.api.model;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where an instance may run, beyond fitting.
 *
 * @param host         the one host it is pinned to
 * @param methods      the virtualization methods it accepts; empty for any that gives it a kernel of its own
 * @param labels       labels that its host must carry, e.g. {@code residency=jp}
 * @param spreadGroup  no two instances of this group share a host; the identifier of a {@link PlacementGroup}, as accounts give the same names
 * @param clusterGroup all instances of this group share a host; as above
 * @param workload     what it does most: hosts that bear that better are preferred, and no host is left out for it
 */
public record PlacementRules(Optional<HostId> host, Set<Technology.Method> methods, Map<String, String> labels,
        Optional<String> spreadGroup, Optional<String> clusterGroup, Optional<Workload> workload) {

    public static final PlacementRules ANYWHERE = new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(),
            Optional.empty());

    public PlacementRules {
        methods = Set.copyOf(methods);
        labels = Map.copyOf(labels);
        workload = workload == null ? Optional.empty() : workload; // in journals from before there was one
    }

    /** Of an instance of which nobody has said what it does. */
    public PlacementRules(Optional<HostId> host, Set<Technology.Method> methods, Map<String, String> labels, Optional<String> spreadGroup,
            Optional<String> clusterGroup) {
        this(host, methods, labels, spreadGroup, clusterGroup, Optional.empty());
    }

    /** Whether it says what runs the instance: the way, the technology by its label, or the host. */
    public boolean namesTechnology() {
        return host.isPresent() || !methods.isEmpty() || labels.containsKey(Host.TECHNOLOGY);
    }

    /** The same, in a group. */
    public PlacementRules in(PlacementGroup group) {
        Optional<String> id = Optional.of(group.id().value());
        return switch (group.strategy()) {
            case SPREAD -> new PlacementRules(host, methods, labels, id, clusterGroup, workload);
            case CLUSTER -> new PlacementRules(host, methods, labels, spreadGroup, id, workload);
        };
    }

    /** The same, pinned to a host. */
    public PlacementRules on(HostId newHost) {
        return new PlacementRules(Optional.of(newHost), methods, labels, spreadGroup, clusterGroup, workload);
    }

    /** The same, for an instance that does this most. */
    public PlacementRules doing(Workload most) {
        return new PlacementRules(host, methods, labels, spreadGroup, clusterGroup, Optional.of(most));
    }

    /** The same, as if it belonged to no group. */
    public PlacementRules withoutGroups() {
        return host.isEmpty() && methods.isEmpty() && labels.isEmpty() && workload.isEmpty() ? ANYWHERE
                : new PlacementRules(host, methods, labels, Optional.empty(), Optional.empty(), workload);
    }
}
