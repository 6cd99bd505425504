package org.kumiki.store.jdbc.queues;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;

/** The queues themselves. */
final class Catalog {

    private static final String COLUMNS = "select number, owner, name, settings, created, changed from kumiki_queue q";
    private static final String ONE = " where owner = ? and name = ?";
    private static final String WITH_OLD = "select number, owner, name, settings, created, changed,"
            + " exists (select 1 from kumiki_message m where m.queue = q.number and m.sent <= ? - q.retention) from kumiki_queue q where owner = ? and name = ?";
    /** Of what an index has: the messages themselves are not read. */
    private static final String COUNT = "select count(*) filter (where visible_at <= ?), count(*) filter (where visible_at > ? and receives > 0),"
            + " count(*) filter (where visible_at > ? and receives = 0), coalesce(sum(bytes), 0),"
            + " (select min(sent) from kumiki_message where queue = ?) from kumiki_message where queue = ?";
    /** Beside the messages. */
    private static final List<String> BELONGINGS = List.of("kumiki_group", "kumiki_dedup", "kumiki_attempt");
    private static final String LAST = "select max(sequence) from kumiki_message where queue = ?";
    private static final String PART = "select max(sequence) from (select sequence from kumiki_message where queue = ? and sequence > ? and sequence <= ?"
            + " order by sequence limit ?) as part";
    private static final String DELETE_PART = "delete from kumiki_message where queue = ? and sequence > ? and sequence <= ?";
    /** Each part is soon done: a statement has a time that it may take, a transaction has none. */
    static final int PART_SIZE = 10_000;

    private Catalog() {
    }

    static MessageQueue create(Transaction transaction, QueueId id, QueueSettings settings) throws SQLException {
        if (!isName(id)) {
            throw new IllegalArgumentException("the name of a queue has no zero in it");
        }
        int made = transaction.update("insert into kumiki_queue (owner, name, settings, retention, created, changed) values (?, ?, ?, ?, ?, ?)"
                + " on conflict (owner, name) do nothing", id.owner().value(), id.name(), SettingsCodec.write(settings), settings.retention().toMillis(),
                transaction.now(), transaction.now());
        if (made == 0) {
            throw new QueueException(Reason.QUEUE_EXISTS, "there is a queue " + id + " already");
        }
        Instant now = Instant.ofEpochMilli(transaction.now());
        return new MessageQueue(id, now, now, settings);
    }

    /** As far as it is there. */
    static Optional<StoredQueue> find(Transaction transaction, QueueId id) throws SQLException {
        return isName(id) ? transaction.find(COLUMNS + ONE, Catalog::read, id.owner().value(), id.name()) : Optional.empty();
    }

    /** As {@link #find}; nobody can delete it before the end of the transaction, so that whatever comes into it belongs to a queue. */
    static Optional<StoredQueue> hold(Transaction transaction, QueueId id) throws SQLException {
        return isName(id) ? transaction.find(COLUMNS + ONE + " for key share", Catalog::read, id.owner().value(), id.name()) : Optional.empty();
    }

    static StoredQueue get(Transaction transaction, QueueId id) throws SQLException {
        return find(transaction, id).orElseThrow(() -> Failures.noQueue(id));
    }

    /** With none of the messages that are too old. */
    static StoredQueue open(Transaction transaction, QueueId id) throws SQLException {
        record Found(StoredQueue queue, boolean hasOld) {
        }
        Optional<Found> found = isName(id)
                ? transaction.find(WITH_OLD, row -> new Found(read(row), row.getBoolean(7)), transaction.now(), id.owner().value(), id.name())
                : Optional.empty();
        StoredQueue queue = found.map(Found::queue).orElseThrow(() -> Failures.noQueue(id));
        if (found.get().hasOld()) {
            Retention.expire(transaction, queue);
        }
        return queue;
    }

    /** In the order of their names. */
    static List<StoredQueue> all(Transaction transaction, AccountId owner) throws SQLException {
        return transaction.query(COLUMNS + " where owner = ?", Catalog::read, owner.value()).stream()
                .sorted((one, other) -> one.id().compareTo(other.id())).toList();
    }

    static List<StoredQueue> all(Transaction transaction) throws SQLException {
        return transaction.query(COLUMNS, Catalog::read);
    }

    /** What is too old by the settings that were so far goes before. */
    static MessageQueue update(Transaction transaction, QueueId id, UnaryOperator<QueueSettings> change) throws SQLException {
        StoredQueue queue = lock(transaction, id, "for no key update");
        Retention.expire(transaction, queue);
        QueueSettings wanted = change.apply(queue.settings());
        if (wanted.ordering().grouped() != queue.grouped()) {
            throw new IllegalArgumentException("the queue " + id + " cannot get groups, or lose them: make another one");
        }
        transaction.update("update kumiki_queue set settings = ?, retention = ?, changed = ? where number = ?", SettingsCodec.write(wanted),
                wanted.retention().toMillis(), transaction.now(), queue.number());
        transaction.wake(queue.number());
        return new MessageQueue(id, queue.queue().created(), Instant.ofEpochMilli(transaction.now()), wanted);
    }

    static void delete(Transaction transaction, QueueId id) throws SQLException {
        StoredQueue queue = lock(transaction, id, "for update");
        Groups.lockAll(transaction, queue);
        deleteMessages(transaction, queue);
        for (String table : BELONGINGS) {
            transaction.update("delete from " + table + " where queue = ?", queue.number());
        }
        transaction.update("delete from kumiki_queue where number = ?", queue.number());
        transaction.wake(queue.number());
    }

    static void purge(Transaction transaction, QueueId id) throws SQLException {
        StoredQueue queue = get(transaction, id);
        Groups.lockAll(transaction, queue);
        deleteMessages(transaction, queue);
        Groups.removeEmpty(transaction, queue);
    }

    /** All that there are now. */
    private static void deleteMessages(Transaction transaction, StoredQueue queue) throws SQLException {
        long last = number(transaction, LAST, queue.number()).orElse(Long.MIN_VALUE);
        long from = Long.MIN_VALUE;
        for (Optional<Long> to = part(transaction, queue, from, last); to.isPresent(); to = part(transaction, queue, from, last)) {
            transaction.update(DELETE_PART, queue.number(), from, to.get());
            from = to.get();
        }
    }

    private static Optional<Long> part(Transaction transaction, StoredQueue queue, long from, long last) throws SQLException {
        return number(transaction, PART, queue.number(), from, last, PART_SIZE);
    }

    private static Optional<Long> number(Transaction transaction, String sql, Object... parameters) throws SQLException {
        return transaction.find(sql, row -> Optional.ofNullable((Long) row.getObject(1)), parameters).orElseThrow();
    }

    static Counts count(Transaction transaction, QueueId id) throws SQLException {
        StoredQueue queue = open(transaction, id);
        return transaction.find(COUNT, row -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
                Optional.ofNullable((Long) row.getObject(5)).map(Instant::ofEpochMilli)), transaction.now(), transaction.now(), transaction.now(),
                queue.number(), queue.number()).orElseThrow();
    }

    private static StoredQueue lock(Transaction transaction, QueueId id, String how) throws SQLException {
        Optional<StoredQueue> queue = isName(id) ? transaction.find(COLUMNS + ONE + " " + how, Catalog::read, id.owner().value(), id.name())
                : Optional.empty();
        return queue.orElseThrow(() -> Failures.noQueue(id));
    }

    private static boolean isName(QueueId id) {
        return id.name().indexOf(0) < 0;
    }

    private static StoredQueue read(ResultSet row) throws SQLException {
        QueueId id = new QueueId(new AccountId(row.getString(2)), row.getString(3));
        return new StoredQueue(row.getLong(1),
                new MessageQueue(id, Instant.ofEpochMilli(row.getLong(5)), Instant.ofEpochMilli(row.getLong(6)), SettingsCodec.settings(row.getString(4))));
    }
}
