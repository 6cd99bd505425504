package org.kumiki.api.model;

import java.util.HashSet;
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
 * @param features     what its host's technology must be able to do
 * @param workload     what it does most: hosts that bear that better are preferred, and no host is left out for it
 */
public record PlacementRules(Optional<HostId> host, Set<Technology.Method> methods, Map<String, String> labels,
        Optional<String> spreadGroup, Optional<String> clusterGroup, Set<Technology.Feature> features, Optional<Workload> workload) {

    public static final PlacementRules ANYWHERE = new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(),
            Optional.empty());

    public PlacementRules {
        methods = Set.copyOf(methods);
        labels = Map.copyOf(labels);
        features = features == null ? Set.of() : Set.copyOf(features); // rules that are older than this choice
        workload = workload == null ? Optional.empty() : workload; // and than this
    }

    /** Whatever the host's technology can do, and whatever the instance does. */
    public PlacementRules(Optional<HostId> host, Set<Technology.Method> methods, Map<String, String> labels, Optional<String> spreadGroup,
            Optional<String> clusterGroup) {
        this(host, methods, labels, spreadGroup, clusterGroup, Set.of(), Optional.empty());
    }

    /** Whether it says what runs the instance: the way, the technology by its label, or the host. */
    public boolean namesTechnology() {
        return host.isPresent() || !methods.isEmpty() || labels.containsKey(Host.TECHNOLOGY);
    }

    /** The same, in a group. */
    public PlacementRules in(PlacementGroup group) {
        Optional<String> id = Optional.of(group.id().value());
        return switch (group.strategy()) {
            case SPREAD -> new PlacementRules(host, methods, labels, id, clusterGroup, features, workload);
            case CLUSTER -> new PlacementRules(host, methods, labels, spreadGroup, id, features, workload);
        };
    }

    /** The same, pinned to a host. */
    public PlacementRules on(HostId newHost) {
        return new PlacementRules(Optional.of(newHost), methods, labels, spreadGroup, clusterGroup, features, workload);
    }

    /** The same, on a host that can do this as well. */
    public PlacementRules with(Technology.Feature feature) {
        Set<Technology.Feature> more = new HashSet<>(features);
        more.add(feature);
        return new PlacementRules(host, methods, labels, spreadGroup, clusterGroup, more, workload);
    }

    /** The same, for an instance that does this most. */
    public PlacementRules doing(Workload most) {
        return new PlacementRules(host, methods, labels, spreadGroup, clusterGroup, features, Optional.of(most));
    }

    /** The same, as if it belonged to no group. */
    public PlacementRules withoutGroups() {
        return host.isEmpty() && methods.isEmpty() && labels.isEmpty() && features.isEmpty() && workload.isEmpty() ? ANYWHERE
                : new PlacementRules(host, methods, labels, Optional.empty(), Optional.empty(), features, workload);
    }
}
