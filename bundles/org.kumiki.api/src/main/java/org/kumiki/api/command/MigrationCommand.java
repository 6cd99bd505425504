package org.kumiki.api.command;

import java.util.Optional;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;

/** What an operator can ask of the places of running instances. */
public sealed interface MigrationCommand<R> extends Command<R> {

    /**
     * Begins to move an instance.
     *
     * @param destination without one, a scheduler chooses
     * @param strategy    the name of the strategy that is to direct it; without one, the one that is present
     * @param reason      why, for the record
     */
    record Start(InstanceId instance, Optional<HostId> destination, Optional<String> strategy, String reason)
            implements MigrationCommand<Migration> {
    }

    /** Gives a move up that is under way; the instance goes on at its source. It may be too late for that. */
    record Cancel(InstanceId instance) implements MigrationCommand<Migration> {
    }
}
