package org.kumiki.queue.log;

import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;
import org.kumiki.wal.Place;

/**
 * What of a message is in memory.
 *
 * @param place    of the record with its content
 * @param due      in milliseconds: when a message that is not visible becomes so
 * @param sent     in milliseconds
 * @param first    in milliseconds: when it was first delivered, or 0
 * @param receives how often it was delivered
 * @param from     the queue that gave it up, or 0
 * @param state    {@link #VISIBLE}, {@link #DELAYED} or {@link #IN_FLIGHT}
 * @param group    a hash of its group's name
 */
record Row(long sequence, Place place, long due, long sent, long first, int receives, int from, int state, long group) {

    static final int VISIBLE = 0;
    static final int DELAYED = 1;
    static final int IN_FLIGHT = 2;

    /** Added to a state: something is being written down that changes the message. Nothing else may, until that is settled. */
    static final int PENDING = 4;

    static int settled(int state) {
        return state & ~PENDING;
    }

    void writeTo(Encoder out) {
        out.putSmall(sequence).putSmall(place.segment()).putSmall(place.position()).putSmall(place.length()).putSmall(due).putSmall(sent).putSmall(first)
                .putSmall(receives).putSmall(from).putByte(settled(state)).put(group);
    }

    static Row read(Decoder in) {
        return new Row(in.small(), new Place(in.small(), in.small(), (int) in.small()), in.small(), in.small(), in.small(), (int) in.small(),
                (int) in.small(), in.unsignedByte(), in.number());
    }
}
