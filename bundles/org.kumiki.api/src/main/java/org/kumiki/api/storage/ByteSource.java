package org.kumiki.api.storage;

import java.io.IOException;
import java.io.InputStream;

import org.osgi.annotation.versioning.ConsumerType;

/** Bytes of somebody else, that something is made of. */
@ConsumerType
@FunctionalInterface
public interface ByteSource {

    /**
     * From the beginning, however often it was opened before. Reading blocks.
     *
     * @throws StorageException if it is known why they cannot be had
     */
    InputStream open() throws IOException;
}
