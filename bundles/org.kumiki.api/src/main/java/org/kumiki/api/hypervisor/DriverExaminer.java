package org.kumiki.api.hypervisor;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds out whether a driver does what every driver must. The engine asks before it uses one, or while it does, if it is configured to.
 * Thread-safe; calls return at once.
 */
@ConsumerType
public interface DriverExaminer {

    /**
     * Examines a driver, by guests of its own on the driver's hosts; those of others are let be. That may take long.
     *
     * @param driver a {@link Hypervisor} or a {@link BlockingHypervisor}
     * @param bundle where it comes from: a symbolic name and a version
     * @return what is wrong with it, for people; empty if nothing is. It fails if that cannot be found out.
     */
    CompletionStage<Optional<String>> examine(Object driver, String bundle);
}
