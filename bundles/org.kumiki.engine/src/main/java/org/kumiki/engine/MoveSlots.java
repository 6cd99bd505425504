package org.kumiki.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;

/** How many moves there are, in all and by host, and so how many may be begun. Not thread-safe. */
final class MoveSlots {

    private final World world;
    private final Policies.Settings settings;
    private final Map<HostId, Integer> byHost = new HashMap<>();
    private int all;

    MoveSlots(World world, Policies.Settings settings) {
        this.world = world;
        this.settings = settings;
        world.moving().stream().flatMap(id -> world.migrations().find(id).stream()).forEach(migration -> {
            all++;
            byHost.merge(migration.source(), 1, Integer::sum);
            byHost.merge(migration.destination(), 1, Integer::sum);
        });
    }

    /** Whether any move may be begun. */
    boolean areLeft() {
        return all < settings.movesAtOnce();
    }

    /** Guests that must move together are one, however many they are. */
    boolean admit(Action action) {
        List<InstanceId> moving = action.instances();
        return moving.isEmpty() || areLeft() && isFree(Execution.destination(action))
                && moving.stream().allMatch(id -> world.instances().find(id).flatMap(instance -> instance.host()).map(this::isFree).orElse(true));
    }

    private boolean isFree(HostId host) {
        return byHost.getOrDefault(host, 0) < settings.movesPerHost();
    }

    /** Those that are not in the world yet. */
    void begun(List<Action> actions) {
        for (Action action : actions) {
            for (InstanceId id : action.instances()) {
                all++;
                byHost.merge(Execution.destination(action), 1, Integer::sum);
                world.instances().find(id).flatMap(instance -> instance.host()).ifPresent(host -> byHost.merge(host, 1, Integer::sum));
            }
        }
    }
}
