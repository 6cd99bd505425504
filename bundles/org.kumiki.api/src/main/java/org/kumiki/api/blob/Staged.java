package org.kumiki.api.blob;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Bytes that a store has taken in, and that belong to nothing yet. Closing it forgets them, unless they were put somewhere before; so does the end of
 * the platform.
 */
@ConsumerType
public interface Staged extends AutoCloseable {

    long size();

    @Override
    void close();
}
