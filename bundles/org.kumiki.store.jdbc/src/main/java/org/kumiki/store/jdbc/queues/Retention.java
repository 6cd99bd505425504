package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.kumiki.api.queue.QueueStore;

/** What goes because it is too old. */
final class Retention {

    private static final String OLD_LANES = "select distinct lane from kumiki_message where queue = ? and sent <= ? and lane is not null";
    private static final String EXPIRE_LANES = "delete from kumiki_message where queue = ? and sent <= ? and lane = any (?)";
    /** Somebody else who has one of them does the same, or has been in time. */
    private static final String EXPIRE = "delete from kumiki_message where queue = ? and sequence in"
            + " (select sequence from kumiki_message where queue = ? and sent <= ? order by sent for update skip locked)";

    private Retention() {
    }

    static void expire(Transaction transaction, StoredQueue queue) throws SQLException {
        long before = transaction.now() - queue.settings().retention().toMillis();
        if (!queue.grouped()) {
            transaction.update(EXPIRE, queue.number(), queue.number(), before);
            return;
        }
        List<Bytes> lanes = transaction.query(OLD_LANES, row -> new Bytes(Objects.requireNonNull(row.getBytes(1))), queue.number(), before);
        Groups.lock(transaction, queue, lanes);
        transaction.update(EXPIRE_LANES, queue.number(), before, Transaction.bytes(lanes));
        Groups.settle(transaction, queue, lanes);
        transaction.wake(queue.number());
    }

    /** In queues that nobody looks at, too. */
    static void sweep(Transaction transaction) throws SQLException {
        for (StoredQueue queue : Catalog.all(transaction)) {
            Catalog.open(transaction, queue.id());
        }
        long before = transaction.now() - QueueStore.REMEMBERED.toMillis();
        transaction.update("delete from kumiki_dedup where sent <= ?", before);
        transaction.update("delete from kumiki_attempt where time <= ?", before);
    }
}
