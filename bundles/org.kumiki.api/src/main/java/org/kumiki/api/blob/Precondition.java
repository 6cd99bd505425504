package org.kumiki.api.blob;

import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/** Decides on the latest version of a key, right before it is replaced, whether that may be. */
@ConsumerType
@FunctionalInterface
public interface Precondition {

    Precondition NONE = latest -> {
    };

    /**
     * Must be quick, for nobody else changes the key meanwhile.
     *
     * @param latest of the key, which may be a marker
     * @throws RuntimeException if it may not; whoever asked for the change gets it
     */
    void check(Optional<Blob> latest);
}
