package org.kumiki.api.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.view.InstanceTable;

/** How many instances of each spread and cluster group are on each host, while they move. */
final class Groups {

    private static final class Members {
        private int all;
        private final Map<Integer, Integer> byHost = new HashMap<>(4);
    }

    private final Map<String, Members> groups = new HashMap<>();

    /** @param hostRow where the instances are, by their rows */
    Groups(InstanceTable instances, int[] hostRow) {
        for (int row = 0; row < hostRow.length; row++) {
            count(instances.rules(row), hostRow[row], 1);
        }
    }

    static boolean none(PlacementRules rules) {
        return rules.spreadGroup().isEmpty() && rules.clusterGroup().isEmpty();
    }

    /** @param change 1 when an instance arrives, -1 when it leaves */
    void count(PlacementRules rules, int host, int change) {
        count(rules.spreadGroup(), host, change);
        count(rules.clusterGroup(), host, change);
    }

    private void count(Optional<String> group, int host, int change) {
        if (group.isPresent()) {
            Members members = groups.computeIfAbsent(group.get(), name -> new Members());
            members.all += change;
            members.byHost.merge(host, change, Integer::sum);
        }
    }

    boolean on(int host, String group) {
        Members members = groups.get(group);
        return members != null && members.byHost.getOrDefault(host, 0) > 0;
    }

    boolean anywhere(String group) {
        Members members = groups.get(group);
        return members != null && members.all > 0;
    }
}
