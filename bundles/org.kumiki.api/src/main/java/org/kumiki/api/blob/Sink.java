package org.kumiki.api.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.osgi.annotation.versioning.ConsumerType;

/** Takes bytes that a store reads. */
@ConsumerType
@FunctionalInterface
public interface Sink {

    /** @param bytes some more of them, which are right; the buffer is the store's again when this returns */
    void accept(ByteBuffer bytes) throws IOException;
}
