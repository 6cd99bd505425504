package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts messages that a transaction has locked into another queue. */
final class Transfer {

    private static final String WHAT = ", sequence = r.fresh, lane = case when ? then coalesce(m.group_name, ''::bytea) end, visible_at = ?,"
            + " receives = 0, first_received = null from unnest(?, ?) as r (old, fresh) where m.queue = ? and m.sequence = any (?)"
            + " and m.sequence = r.old";
    private static final String GIVE_UP = "update kumiki_message m set queue = ?, origin = m.queue" + WHAT;
    private static final String SEND = "update kumiki_message m set queue = ?, origin = null, id = gen_random_uuid(), sent = ?" + WHAT;

    private Transfer() {
    }

    /** They have been received too often. Each stays the message that it is. */
    static void giveUp(Transaction transaction, List<Message> messages, StoredQueue from, StoredQueue to) throws SQLException {
        long due = transaction.now();
        join(transaction, messages, to, due);
        for (List<Message> some : Portions.of(messages)) {
            transaction.update(GIVE_UP, to.number(), to.grouped(), due, sequences(some), fresh(transaction, some), from.number(), sequences(some));
        }
    }

    /** As if they were sent there. */
    static void send(Transaction transaction, List<Message> messages, StoredQueue from, StoredQueue to) throws SQLException {
        long due = transaction.now() + to.delay();
        join(transaction, messages, to, due);
        for (List<Message> some : Portions.of(messages)) {
            transaction.update(SEND, to.number(), transaction.now(), to.grouped(), due, sequences(some), fresh(transaction, some), from.number(),
                    sequences(some));
        }
    }

    private static void join(Transaction transaction, List<Message> messages, StoredQueue to, long due) throws SQLException {
        Set<Bytes> lanes = messages.stream().flatMap(message -> Groups.lane(to, message.group()).stream()).collect(Collectors.toSet());
        Groups.join(transaction, to, lanes, due);
        transaction.wake(to.number());
    }

    private static Transaction.Values fresh(Transaction transaction, List<Message> messages) throws SQLException {
        return Transaction.numbers(Sending.sequences(transaction, messages.size()));
    }

    private static Transaction.Values sequences(List<Message> messages) {
        return Transaction.numbers(messages.stream().map(Message::sequence).toList());
    }
}
