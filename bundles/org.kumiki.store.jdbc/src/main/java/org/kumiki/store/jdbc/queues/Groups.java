package org.kumiki.store.jdbc.queues;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The groups of a queue that have messages. Whoever changes something of a message of a queue with groups holds its group's row, and groups come before
 * messages and are taken in the order of their names, or not waited for; so nobody waits for a message.
 * <p>
 * A row says from when on the first message of its group can be delivered: when that is visible, and none of the group is in flight.
 */
final class Groups {

    private static final String JOIN = "insert into kumiki_group (queue, name, next_at) select ?, name, ? from unnest(?) as name order by name"
            + " on conflict (queue, name) do update set next_at = kumiki_group.next_at";
    private static final String LOCK = "select name from kumiki_group where queue = ? and name = any (?) order by name for update";
    private static final String LOCK_ALL = "select 1 from kumiki_group where queue = ? order by name for update";
    private static final String READY = "select name from kumiki_group where queue = ? and next_at <= ? order by next_at limit ? for update skip locked";
    private static final String SETTLE = "update kumiki_group g set next_at = greatest("
            + "(select m.visible_at from kumiki_message m where m.queue = g.queue and m.lane = g.name order by m.sequence limit 1),"
            + " (select max(m.visible_at) from kumiki_message m where m.queue = g.queue and m.lane = g.name and m.receives > 0))"
            + " where queue = ? and name = any (?) returning name, next_at";
    private static final String REMOVE = "delete from kumiki_group where queue = ? and name = any (?)";
    private static final String REMOVE_EMPTY = "delete from kumiki_group g where queue = ?"
            + " and not exists (select 1 from kumiki_message m where m.queue = g.queue and m.lane = g.name)";
    private static final String NEXT = "select min(next_at) from kumiki_group where queue = ? and next_at > ?";

    private Groups() {
    }

    /** Whose order a message keeps in a queue; nothing if it has no groups. A message that comes from a queue without groups may have none. */
    static Optional<Bytes> lane(StoredQueue queue, Optional<Bytes> group) {
        return queue.grouped() ? Optional.of(group.orElse(Bytes.NONE)) : Optional.empty();
    }

    /**
     * Takes groups to which messages are added; new ones are made.
     *
     * @param due when the first message of a new one is visible
     */
    static void join(Transaction transaction, StoredQueue queue, Collection<Bytes> lanes, long due) throws SQLException {
        if (!lanes.isEmpty()) {
            transaction.update(JOIN, queue.number(), due, Transaction.bytes(new TreeSet<>(lanes)));
        }
    }

    static void lock(Transaction transaction, StoredQueue queue, Collection<Bytes> lanes) throws SQLException {
        if (!lanes.isEmpty()) {
            transaction.query(LOCK, row -> 1, queue.number(), Transaction.bytes(lanes));
        }
    }

    static void lockAll(Transaction transaction, StoredQueue queue) throws SQLException {
        if (queue.grouped()) {
            transaction.query(LOCK_ALL, row -> 1, queue.number());
        }
    }

    /** Takes groups of which a message can be delivered, and which nobody else has. */
    static List<Bytes> ready(Transaction transaction, StoredQueue queue, int most) throws SQLException {
        return transaction.query(READY, Groups::name, queue.number(), transaction.now(), most);
    }

    /** Brings the rows of groups up to date after messages have changed; whoever calls has taken them. */
    static void settle(Transaction transaction, StoredQueue queue, Collection<Bytes> lanes) throws SQLException {
        if (lanes.isEmpty()) {
            return;
        }
        List<Optional<Bytes>> empty = transaction.query(SETTLE, row -> row.getObject(2) == null ? Optional.of(name(row)) : Optional.empty(),
                queue.number(), Transaction.bytes(lanes));
        List<Bytes> gone = empty.stream().flatMap(Optional::stream).toList();
        if (!gone.isEmpty()) {
            transaction.update(REMOVE, queue.number(), Transaction.bytes(gone));
        }
    }

    /** Whoever calls has taken all that there were; one that has come since has messages. */
    static void removeEmpty(Transaction transaction, StoredQueue queue) throws SQLException {
        transaction.update(REMOVE_EMPTY, queue.number());
    }

    /** When the next group is there, if nothing happens until then. */
    static Optional<Long> next(Transaction transaction, StoredQueue queue) throws SQLException {
        return transaction.find(NEXT, row -> Optional.ofNullable((Long) row.getObject(1)), queue.number(), transaction.now()).flatMap(next -> next);
    }

    private static Bytes name(ResultSet row) throws SQLException {
        return new Bytes(Objects.requireNonNull(row.getBytes(1)));
    }
}
