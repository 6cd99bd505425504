package org.kumiki.api.blob;

import java.util.Objects;
import java.util.Optional;

import org.kumiki.api.model.AccountId;

/**
 * What a façade makes of a bucket.
 *
 * @param mostBytes as {@link Usage} counts them; none if there is no limit
 * @param mostBlobs as {@link Usage} counts them; none if there is no limit
 * @param locked    whether what is in it can be kept from being deleted
 */
public record BucketFacts(AccountId owner, Optional<Long> mostBytes, Optional<Long> mostBlobs, Versions versions, boolean locked) {

    /** Whether versions are kept that others have come after. */
    public enum Versions {
        NEVER, KEPT,
        /** Those that are there stay, and no more come. */
        SUSPENDED
    }

    public BucketFacts {
        Objects.requireNonNull(owner);
        Objects.requireNonNull(mostBytes);
        Objects.requireNonNull(mostBlobs);
        Objects.requireNonNull(versions);
    }
}
