package org.kumiki.aws.signature;

import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/** Finds the secret of an access key. It is asked on every request, so a deleted key stops working at once. Thread-safe. */
@ConsumerType
@FunctionalInterface
public interface KeyStore {

    /** Empty where there is no such key, or it is disabled. */
    Optional<String> secret(String accessKeyId);
}
