package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.queue.QueueStore;

/**
 * How many messages of a queue may still be received. They are not counted each time: whoever has counted may give out a sixteenth of what is missing
 * from the limit before he counts again, for a second at most. So the nearer the limit is, the more exact is the count. Thread-safe.
 */
final class InFlight {

    private static final String COUNT = "select count(*) from kumiki_message where queue = ? and receives > 0 and visible_at > ?";
    private static final int SHARE = 16;
    private static final long GOOD_FOR_MILLIS = 1_000;

    private final Map<Long, Allowance> allowances = new ConcurrentHashMap<>();

    private record Allowance(long left, long until) {
    }

    /** So many messages at most, at this time; 0 if the limit is reached. */
    int room(Transaction transaction, StoredQueue queue, int most) throws SQLException {
        long now = transaction.now();
        Allowance after = allowances.computeIfPresent(queue.number(),
                (number, before) -> before.left() >= most && now < before.until() ? new Allowance(before.left() - most, before.until()) : null);
        if (after != null) {
            return most;
        }
        long limit = queue.grouped() ? QueueStore.IN_FLIGHT_OF_GROUPS : QueueStore.IN_FLIGHT;
        long room = Math.max(0, limit - transaction.find(COUNT, row -> row.getLong(1), queue.number(), now).orElseThrow());
        int granted = (int) Math.min(most, room);
        allowances.put(queue.number(), new Allowance((room - granted) / SHARE, now + GOOD_FOR_MILLIS));
        return granted;
    }

    /** It is gone. */
    void forget(long queue) {
        allowances.remove(queue);
    }
}
