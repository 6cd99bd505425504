package org.kumiki.store.jdbc.queues;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.QueueId;

/**
 * A message as a transaction has found it.
 *
 * @param origin the queue that gave it up, if there still is one
 * @param first  when it was first delivered from its queue
 */
record Message(long queue, long sequence, String id, byte[] body, String attributes, Optional<Bytes> group, Optional<Bytes> deduplication,
        Optional<Bytes> lane, long sent, long visibleAt, int receives, Optional<Long> first, Optional<QueueId> origin) {

    /** What {@link #read} reads, of a message m. */
    static final String COLUMNS = "m.queue, m.sequence, m.id, m.body, m.attributes, m.group_name, m.deduplication, m.lane, m.sent, m.visible_at,"
            + " m.receives, m.first_received, o.owner, o.name";
    static final String TABLES = "kumiki_message m left join kumiki_queue o on o.number = m.origin";

    static Message read(ResultSet row) throws SQLException {
        Optional<QueueId> origin = Optional.ofNullable(row.getString(14)).isPresent()
                ? Optional.of(new QueueId(new AccountId(row.getString(13)), row.getString(14)))
                : Optional.empty();
        return new Message(row.getLong(1), row.getLong(2), row.getString(3), row.getBytes(4), row.getString(5), bytes(row, 6), bytes(row, 7), bytes(row, 8),
                row.getLong(9), row.getLong(10), row.getInt(11), Optional.ofNullable((Long) row.getObject(12)), origin);
    }

    private static Optional<Bytes> bytes(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getBytes(column)).map(Bytes::new);
    }

    /** As it is when it is delivered once more. */
    Delivery deliver(Receipts receipts, long now) {
        return delivery(receipts, first.orElse(now), receives + 1);
    }

    /** As it was when it was delivered last. */
    Delivery deliverAgain(Receipts receipts) {
        return delivery(receipts, first.orElseThrow(), receives);
    }

    private Delivery delivery(Receipts receipts, long firstReceived, int times) {
        String receipt = receipts.write(new Receipts.Receipt(queue, sequence, times));
        return new Delivery(id, receipt, sequence, Transaction.text(body), SettingsCodec.attributes(attributes),
                group.map(Bytes::array).map(Transaction::text), deduplication.map(Bytes::array).map(Transaction::text), Instant.ofEpochMilli(sent),
                Instant.ofEpochMilli(firstReceived), times, origin);
    }
}
