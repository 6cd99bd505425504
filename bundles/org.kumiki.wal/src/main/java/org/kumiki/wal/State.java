package org.kumiki.wal;

import java.io.IOException;
import java.util.Set;

/**
 * What the records of a log come to. It is changed by {@link #apply} alone, on one thread at a time; who reads it on other threads is the store's
 * business.
 *
 * @param <R> what a record says
 */
public interface State<R> {

    /**
     * Carries a record out that is on the disk, each after the one before it. It must not fail for a record that was once appended, whatever has become
     * of what it speaks of.
     */
    void apply(R record, Place place);

    /**
     * What everything comes to that has been carried out until now. Asked between two batches; it is written later, on another thread, while records go
     * on being carried out. So it is a copy, or made of values that do not change; or it shows some of those later records, too, if to carry them out
     * once more, all up to the end of the log, comes to the same.
     */
    Snapshot<R> snapshot();

    /** How many bytes of a segment are still needed where they are, because the state has no more of them than their place. */
    default long live(long segment) {
        return 0;
    }

    /** Of all segments. */
    default long live() {
        return 0;
    }

    /**
     * Appends what is needed of some segments once more, so that they can go, and returns when that is durable. Runs on a thread that tidies up,
     * while other records come: what they have changed or removed meanwhile must not come back, so such a record does something only if it still can.
     *
     * @param log to read and to append
     */
    default void move(Set<Long> segments, WriteAheadLog<R> log) throws IOException {
    }

    /** A segment is gone, of which nothing was needed. */
    default void removed(long segment) {
    }

    /** Records that make a state as it was, from nothing. */
    interface Snapshot<R> {

        void writeTo(Target<R> target) throws IOException;
    }

    /** Takes the records of a checkpoint. */
    interface Target<R> {

        void put(R record) throws IOException;
    }
}
