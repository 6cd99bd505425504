package org.kumiki.api.storage;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps named sequences of bytes of any length. Thread-safe. Calls block, since bytes flow through them.
 * <p>
 * A blob is replaced as a whole: a reader sees the old bytes or the new ones, and so does whoever looks after a crash.
 */
@ConsumerType
public interface BlobStore {

    /**
     * Keeps what a channel yields until its end. When it returns, the bytes are on stable storage.
     *
     * @return how many bytes there were
     */
    long put(String space, String key, ReadableByteChannel source) throws IOException;

    /**
     * Writes a part of a blob to a channel.
     *
     * @param length -1 for all the rest
     * @return how many bytes were written; empty if there is no such blob
     */
    Optional<Long> get(String space, String key, long offset, long length, WritableByteChannel sink) throws IOException;

    /** The length of a blob in bytes. */
    Optional<Long> size(String space, String key) throws IOException;

    /** It is no error if there is none. */
    void delete(String space, String key) throws IOException;
}
