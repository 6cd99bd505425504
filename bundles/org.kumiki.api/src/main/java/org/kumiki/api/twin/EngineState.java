package org.kumiki.api.twin;

import java.util.List;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.osgi.annotation.versioning.ProviderType;

/** An engine as it was at a moment. Immutable; what happens to that engine later does not show here, and the other way round. */
@ProviderType
public interface EngineState {

    EngineSettings settings();

    Inventory inventory();

    History history();

    /** The schedulers that were present and well, best first. */
    List<Named<Scheduler>> schedulers();

    /** The migration strategies that were present and well, best first. */
    List<Named<MigrationStrategy>> strategies();

    /** The policies whose plans were carried out, best first. */
    List<Named<Policy>> policies();
}
