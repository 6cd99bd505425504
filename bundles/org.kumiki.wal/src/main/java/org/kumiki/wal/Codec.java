package org.kumiki.wal;

/**
 * How records are written. Thread-safe.
 *
 * @param <R> what a record says; immutable
 */
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
}
