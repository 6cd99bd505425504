package org.kumiki.store.jdbc.queues;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.QueueStore;

/** What attempts to receive were given, of queues with groups. */
final class Attempts {

    /** Who makes the same attempt at the same time comes later. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(encode(?, 'hex'), ?))";
    private static final String FIND = "select until, sequences, receives from kumiki_attempt where queue = ? and name = ? and time > ?";
    private static final String LANES = "select distinct lane from kumiki_message where queue = ? and sequence = any (?)";
    private static final String MESSAGES = "select " + Message.COLUMNS + " from " + Message.TABLES
            + " where m.queue = ? and m.sequence = any (?) and m.visible_at = ? and m.visible_at > ?";
    private static final String HIDE = "update kumiki_message set visible_at = ? where queue = ? and sequence = any (?)";
    private static final String PROLONG = "update kumiki_attempt set until = ? where queue = ? and name = ?";
    private static final String REMEMBER = "insert into kumiki_attempt (queue, name, time, until, sequences, receives) values (?, ?, ?, ?, ?, ?)"
            + " on conflict (queue, name) do update set time = excluded.time, until = excluded.until, sequences = excluded.sequences,"
            + " receives = excluded.receives";

    private Attempts() {
    }

    /**
     * @param until when that becomes visible again which was delivered, if nothing is done with it
     */
    private record Attempt(long until, List<Long> sequences, Map<Long, Integer> receives) {

        static Attempt read(ResultSet row) throws SQLException {
            List<Long> sequences = Arrays.asList((Long[]) row.getArray(2).getArray());
            Integer[] times = (Integer[]) row.getArray(3).getArray();
            Map<Long, Integer> receives = new HashMap<>();
            for (int i = 0; i < times.length; i++) {
                receives.put(sequences.get(i), times[i]);
            }
            return new Attempt(row.getLong(1), sequences, receives);
        }
    }

    /** The same messages once more, as long as nothing has been done with them; their time begins anew. */
    static Optional<List<Delivery>> repeat(Transaction transaction, StoredQueue queue, String name, long visibility) throws SQLException {
        byte[] key = Transaction.utf8(name);
        transaction.query(LOCK, row -> 1, key, queue.number());
        long remembered = transaction.now() - QueueStore.REMEMBERED.toMillis();
        Optional<Attempt> found = transaction.find(FIND, Attempt::read, queue.number(), key, remembered);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Attempt attempt = found.get();
        Transaction.Values sequences = Transaction.numbers(attempt.sequences());
        List<Bytes> lanes = transaction.query(LANES, row -> new Bytes(row.getBytes(1)), queue.number(), sequences);
        Groups.lock(transaction, queue, new TreeSet<>(lanes));
        List<Message> untouched = transaction.query(MESSAGES, Message::read, queue.number(), sequences, attempt.until(), transaction.now()).stream()
                .filter(message -> message.receives() == attempt.receives().get(message.sequence())).toList();
        if (untouched.size() < attempt.sequences().size()) {
            return Optional.empty();
        }
        long until = transaction.now() + visibility;
        transaction.update(HIDE, until, queue.number(), sequences);
        transaction.update(PROLONG, until, queue.number(), key);
        Groups.settle(transaction, queue, lanes);
        transaction.wake(queue.number());
        return Optional.of(untouched.stream().sorted(Comparator.comparing(message -> attempt.sequences().indexOf(message.sequence())))
                .map(message -> message.deliverAgain(transaction.receipts())).toList());
    }

    static void remember(Transaction transaction, StoredQueue queue, String name, long until, List<Message> given) throws SQLException {
        List<Long> sequences = new ArrayList<>();
        List<Integer> receives = new ArrayList<>();
        for (Message message : given) {
            sequences.add(message.sequence());
            receives.add(message.receives() + 1);
        }
        transaction.update(REMEMBER, queue.number(), Transaction.utf8(name), transaction.now(), until, Transaction.numbers(sequences),
                Transaction.counts(receives));
    }
}
