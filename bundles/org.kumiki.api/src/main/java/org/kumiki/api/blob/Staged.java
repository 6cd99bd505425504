package org.kumiki.api.blob;

/**
 * Bytes that a store has taken in, and that belong to nothing yet. Closing it forgets them, unless they were put somewhere before; so does the end of
 * the platform.
 */
public interface Staged extends AutoCloseable {

    long size();

    @Override
    void close();
}
