package org.kumiki.api.migration;

import java.time.Duration;

/** How a migration ended. Either way the guest runs once. */
public sealed interface MigrationOutcome {

    /** The last that was seen of it. */
    MigrationProgress end();

    /**
     * The guest runs at the destination.
     *
     * @param downtime how long it stood still, as far as the driver can tell
     */
    record Moved(MigrationProgress end, Duration downtime) implements MigrationOutcome {
    }

    /** The guest has stayed at the source, for this reason. */
    record Stayed(MigrationProgress end, String reason) implements MigrationOutcome {
    }
}
