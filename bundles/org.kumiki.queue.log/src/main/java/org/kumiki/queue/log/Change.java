package org.kumiki.queue.log;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.queue.MessageQueue;

/** What a record of the log says. Queues go by their numbers, messages by the sequence that they have in their queue; times are in milliseconds. */
sealed interface Change {

    /** A queue, new or with other settings. */
    record QueueSet(int queue, long lastSequence, MessageQueue settings) implements Change {
    }

    record QueueGone(int queue) implements Change {
    }

    /**
     * @param due   when it becomes visible, or 0: it is
     * @param moved from another queue: nobody has sent it here, so what is sent here is no duplicate of it
     */
    record Added(long sent, long due, boolean moved, Content content) implements Change {
    }

    /** @param attempt as the receiver calls it */
    record Taken(int queue, long time, long until, List<Long> sequences, Optional<String> attempt) implements Change {
    }

    /** What an attempt was given once is given to it again, and its time begins anew. */
    record Repeated(int queue, String attempt, long until) implements Change {
    }

    /** @param until for each of them when it becomes visible, or 0: it is */
    record Hidden(int queue, List<Long> sequences, List<Long> until) implements Change {
    }

    record Gone(int queue, List<Long> sequences) implements Change {
    }

    /** @param last the greatest sequence of those that go */
    record Purged(int queue, long last) implements Change {
    }

    /** @param first the sequence that the first of them has in the other queue; the others follow */
    record Redriven(int queue, int to, List<Long> sequences, long first) implements Change {
    }

    /** A content once more, so that the place where it was is not needed. */
    record Relocated(int queue, long sequence, Content content) implements Change {
    }

    /** Messages of a checkpoint. */
    record Stored(int queue, List<Row> rows) implements Change {
    }

    /** What a checkpoint says of those that were sent or received in the last minutes. */
    record Remembered(int queue, List<Duplicates.Memory> sent, List<Attempt> attempts) implements Change {
    }

    /** That a checkpoint has no more of a queue. */
    record Restored(int queue) implements Change {
    }

    /** By which receipts and identifiers are made. */
    record Key(byte[] secret, int lastQueue) implements Change {
    }
}
