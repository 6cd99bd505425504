package org.kumiki.api.blob;

import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says what the attributes of buckets mean. A store does not look at them, so a façade that writes some offers this service to whoever shows
 * buckets. Thread-safe; waits for nothing.
 */
@ConsumerType
public interface BucketReader {

    /** None for a bucket that is not this façade's, or nobody's. */
    Optional<BucketFacts> read(Bucket bucket);
}
