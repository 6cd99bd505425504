package org.kumiki.api.datacenter;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds out whether a brain does what every one of its kind must. The engine asks before it uses one, or while it does, if it is configured to.
 * Thread-safe; calls return at once.
 */
@ConsumerType
public interface BrainExaminer {

    /**
     * Examines a brain, on datacenters and moves that are made up.
     *
     * @param brain  a {@link org.kumiki.api.scheduler.Scheduler}, {@link org.kumiki.api.policy.Policy} or
     *               {@link org.kumiki.api.migration.MigrationStrategy}
     * @param bundle where it comes from: a symbolic name and a version
     * @return what is wrong with it, for people; empty if nothing is. It fails if that cannot be found out.
     */
    CompletionStage<Optional<String>> examine(Object brain, String bundle);
}
