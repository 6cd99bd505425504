package org.kumiki.api.model;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where an instance may run, beyond fitting.
 *
 * @param host         the one host it is pinned to
 * @param methods      the virtualization methods it accepts; empty for any
 * @param labels       labels that its host must carry, e.g. {@code residency=jp}
 * @param spreadGroup  no two instances of this group share a host
 * @param clusterGroup all instances of this group share a host
 */
public record PlacementRules(Optional<HostId> host, Set<Technology.Method> methods, Map<String, String> labels,
        Optional<String> spreadGroup, Optional<String> clusterGroup) {

    public static final PlacementRules ANYWHERE = new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(),
            Optional.empty());

    public PlacementRules {
        methods = Set.copyOf(methods);
        labels = Map.copyOf(labels);
    }

    /** The same, as if it belonged to no group. */
    public PlacementRules withoutGroups() {
        return host.isEmpty() && methods.isEmpty() && labels.isEmpty() ? ANYWHERE
                : new PlacementRules(host, methods, labels, Optional.empty(), Optional.empty());
    }
}
