package org.kumiki.twin.simulation;

import java.util.List;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Named;

/** Who decides in a run; of schedulers and strategies the first one is asked. */
public record Brains(List<Named<Scheduler>> schedulers, List<Named<MigrationStrategy>> strategies, List<Named<Policy>> policies) {

    public Brains {
        schedulers = List.copyOf(schedulers);
        strategies = List.copyOf(strategies);
        policies = List.copyOf(policies);
    }

    public static Brains of(EngineState state) {
        return new Brains(state.schedulers(), state.strategies(), state.policies());
    }

    /** The same, with other policies. */
    public Brains with(List<Named<Policy>> newPolicies) {
        return new Brains(schedulers, strategies, newPolicies);
    }
}
