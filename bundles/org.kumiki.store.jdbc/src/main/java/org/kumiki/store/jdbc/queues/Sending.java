package org.kumiki.store.jdbc.queues;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Sent;

/** Takes messages in. */
final class Sending {

    private static final String SEQUENCES = "select nextval('kumiki_sequence') from generate_series(1, ?)";
    private static final String ADD = "insert into kumiki_message (queue, sequence, id, body, attributes, group_name, deduplication, lane, bytes, sent,"
            + " visible_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    /** Whoever sends the same at the same time waits here until it is decided whether this one is kept. */
    private static final String REMEMBER = "insert into kumiki_dedup (queue, key, id, sequence, sent)"
            + " select ?, key, id, sequence, ? from unnest(?, ?, ?) as fresh (key, id, sequence) order by key"
            + " on conflict (queue, key) do update set id = excluded.id, sequence = excluded.sequence, sent = excluded.sent where kumiki_dedup.sent <= ?"
            + " returning key, id, sequence";
    private static final String REMEMBERED = "select key, id, sequence from kumiki_dedup where queue = ? and key = any (?)";

    private Sending() {
    }

    private record Memory(Bytes key, UUID id, long sequence) {

        static Memory read(ResultSet row) throws SQLException {
            return new Memory(new Bytes(row.getBytes(1)), (UUID) row.getObject(2), row.getLong(3));
        }

        Sent toSent() {
            return new Sent(id.toString(), sequence);
        }
    }

    static List<Sent> send(Transaction transaction, QueueId id, List<Outgoing> messages) throws SQLException {
        StoredQueue queue = Catalog.hold(transaction, id).orElseThrow(() -> Failures.noQueue(id));
        transaction.wake(queue.number());
        return queue.grouped() ? sendToGroups(transaction, queue, messages) : sendToAll(transaction, queue, messages);
    }

    private static List<Sent> sendToAll(Transaction transaction, StoredQueue queue, List<Outgoing> messages) throws SQLException {
        List<Long> sequences = sequences(transaction, messages.size());
        List<Sent> sent = new ArrayList<>();
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            UUID id = UUID.randomUUID();
            long delay = messages.get(i).delay().orElse(queue.settings().delay()).toMillis();
            rows.add(row(queue, sequences.get(i), id, messages.get(i), transaction.now(), transaction.now() + delay));
            sent.add(new Sent(id.toString(), sequences.get(i)));
        }
        transaction.updateAll(ADD, rows);
        return sent;
    }

    /** The delay is the queue's: messages of a group must not overtake each other. */
    private static List<Sent> sendToGroups(Transaction transaction, StoredQueue queue, List<Outgoing> messages) throws SQLException {
        List<Bytes> keys = messages.stream().map(message -> key(queue, message)).toList();
        Set<Bytes> lanes = new HashSet<>();
        messages.forEach(message -> lanes.add(Bytes.of(message.group().orElseThrow())));
        long due = transaction.now() + queue.delay();
        Groups.join(transaction, queue, lanes, due);

        // Sequences are drawn when the groups are ours: so they are in the order in which messages of a group are committed.
        List<Long> sequences = sequences(transaction, messages.size());
        Map<Bytes, Memory> wanted = new TreeMap<>();
        for (int i = 0; i < messages.size(); i++) {
            wanted.putIfAbsent(keys.get(i), new Memory(keys.get(i), UUID.randomUUID(), sequences.get(i)));
        }
        Map<Bytes, Memory> known = remember(transaction, queue, List.copyOf(wanted.values()));
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Memory memory = known.get(keys.get(i));
            if (memory.sequence() == sequences.get(i)) {
                rows.add(row(queue, memory.sequence(), memory.id(), messages.get(i), transaction.now(), due));
            }
        }
        transaction.updateAll(ADD, rows);
        if (rows.size() < messages.size()) {
            // One that is not kept may have made its group.
            Groups.settle(transaction, queue, lanes);
        }
        return keys.stream().map(key -> known.get(key).toSent()).toList();
    }

    /** What is remembered of each key: that it is sent now, or that it was before. */
    private static Map<Bytes, Memory> remember(Transaction transaction, StoredQueue queue, List<Memory> wanted) throws SQLException {
        Map<Bytes, Memory> known = new HashMap<>();
        long before = transaction.now() - QueueStore.REMEMBERED.toMillis();
        Transaction.Values keys = Transaction.bytes(wanted.stream().map(Memory::key).toList());
        Transaction.Values ids = new Transaction.Values("uuid", wanted.stream().map(Memory::id).toArray());
        Transaction.Values sequences = Transaction.numbers(wanted.stream().map(Memory::sequence).toList());
        transaction.query(REMEMBER, Memory::read, queue.number(), transaction.now(), keys, ids, sequences, before)
                .forEach(memory -> known.put(memory.key(), memory));
        if (known.size() < wanted.size()) {
            List<Bytes> others = wanted.stream().map(Memory::key).filter(key -> !known.containsKey(key)).toList();
            transaction.query(REMEMBERED, Memory::read, queue.number(), Transaction.bytes(others)).forEach(memory -> known.put(memory.key(), memory));
        }
        return known;
    }

    /** Greater than all that have been drawn before, wherever. */
    static List<Long> sequences(Transaction transaction, int count) throws SQLException {
        return transaction.query(SEQUENCES, row -> row.getLong(1), count);
    }

    private static Object[] row(StoredQueue queue, long sequence, UUID id, Outgoing message, long now, long due) {
        byte[] body = Transaction.utf8(message.body());
        String attributes = SettingsCodec.write(message.attributes());
        Optional<Bytes> group = message.group().map(Bytes::of);
        return new Object[] { queue.number(), sequence, id, body, attributes, array(group), array(message.deduplication().map(Bytes::of)),
            array(Groups.lane(queue, group)), (long) body.length + attributes.length(), now, due };
    }

    private static byte[] array(Optional<Bytes> bytes) {
        return bytes.map(Bytes::array).orElse(null);
    }

    /** What counts as the same. */
    private static Bytes key(StoredQueue queue, Outgoing message) {
        if (message.group().isEmpty() || message.deduplication().isEmpty()) {
            throw new IllegalArgumentException("the queue " + queue.id() + " has groups: a message needs one, and a deduplication id");
        }
        byte[] group = Transaction.utf8(queue.settings().ordering() == Ordering.GROUPS_APART ? message.group().get() : "");
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, group.length));
            digest.update(group);
            return new Bytes(digest.digest(Transaction.utf8(message.deduplication().get())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
