package org.kumiki.api.migration;

import java.util.concurrent.CompletionStage;

import org.osgi.annotation.versioning.ConsumerType;

/** What a driver whose guests move while they run implements as well. */
@ConsumerType
public interface LiveMigration {

    /**
     * Moves a running guest. When the stage completes, however it does, the guest runs on exactly one host, and nothing is left listening
     * on either.
     */
    CompletionStage<MigrationProgress> migrate(MigrationOrder order, MigrationControl control);
}
