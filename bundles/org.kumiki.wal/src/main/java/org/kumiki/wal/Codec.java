package org.kumiki.wal;

import java.util.OptionalLong;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * How records are written. Thread-safe.
 *
 * @param <R> what a record says; immutable
 */
@ConsumerType
public interface Codec<R> {

    /** Writes at least one byte. What has been written once must be readable for ever: begin with the number of a kind. */
    void write(R record, Encoder out);

    /**
     * Reads what {@link #write} has written. The decoder may lend bytes, which are nobody else's.
     *
     * @throws IllegalArgumentException if it makes no sense
     */
    R read(Decoder in);

    /** Whether a record is what somebody does who makes room: it finds a little room when the disk is full. */
    default boolean makesRoom(R record) {
        return false;
    }

    /**
     * The salt that a record tells. This is for a store that once had a log of its own, whose segments began with a record of the store's that told it,
     * and whose checkpoints began and ended with one. Those are read as they are; the log itself tells salts in what it writes.
     */
    default OptionalLong salt(R record) {
        return OptionalLong.empty();
    }
}
