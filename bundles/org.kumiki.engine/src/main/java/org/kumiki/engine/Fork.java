package org.kumiki.engine;

import java.util.List;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Named;

/**
 * An engine at a moment: its world, which is immutable anyway, and a copy of what was measured.
 *
 * @param measurements nobody adds to them
 */
record Fork(EngineSettings settings, World world, Measurements measurements, List<Named<Scheduler>> schedulers,
        List<Named<MigrationStrategy>> strategies, List<Named<Policy>> policies) implements EngineState {

    Fork {
        schedulers = List.copyOf(schedulers);
        strategies = List.copyOf(strategies);
        policies = List.copyOf(policies);
    }

    @Override
    public Inventory inventory() {
        return world;
    }

    @Override
    public History history() {
        return measurements.now();
    }
}
