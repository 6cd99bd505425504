package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Redrive;

/**
 * Delivers messages. What nobody else has locked is locked in the order in which it became visible, and so are groups; others pass over it and do not
 * wait. What has been received too often goes to the queue for dead letters on the way. Thread-safe.
 */
final class Receiving {

    private static final String VISIBLE = "select " + Message.COLUMNS + " from " + Message.TABLES
            + " where m.queue = ? and m.visible_at <= ? order by m.visible_at, m.sequence limit ? for update of m skip locked";
    private static final String OF_GROUPS = "select " + Message.COLUMNS + " from unnest(?) with ordinality as g (name, place) cross join lateral"
            + " (select * from kumiki_message f where f.queue = ? and f.lane = g.name order by f.sequence limit ?) m"
            + " left join kumiki_queue o on o.number = m.origin order by g.place, m.sequence";
    private static final String TAKE = "update kumiki_message set visible_at = ?, receives = receives + 1, first_received = coalesce(first_received, ?)"
            + " where queue = ? and sequence = any (?)";
    private static final String NEXT = "select min(visible_at) from kumiki_message where queue = ? and visible_at > ?";

    /** Once one has been found: there may be many, and whoever asks for one message should not go through them one by one. */
    private static final int GIVEN_UP_AT_ONCE = 100;

    private final InFlight inFlight = new InFlight();

    /**
     * What a receiver gets.
     *
     * @param queue  where it is from
     * @param next   if it is nothing: when there will be something at the earliest, if nothing happens until then
     * @param isFull if it is nothing: because so much is in flight
     */
    record Answer(long queue, List<Delivery> deliveries, Optional<Long> next, boolean isFull) {
    }

    /** Where dead letters go. */
    private record DeadLetters(StoredQueue to, int afterReceives) {
    }

    /** @param isCalledOff whether the receiver wants nothing any more: then he gets nothing */
    Answer receive(Transaction transaction, QueueId id, Receive receive, BooleanSupplier isCalledOff) throws SQLException {
        StoredQueue queue = Catalog.open(transaction, id);
        Optional<String> attempt = receive.attempt().filter(name -> queue.grouped());
        long visibility = receive.visibility().orElse(queue.settings().visibility()).toMillis();
        Optional<List<Delivery>> again = attempt.isPresent() ? Attempts.repeat(transaction, queue, attempt.get(), visibility) : Optional.empty();
        Answer answer = again.isPresent() ? new Answer(queue.number(), again.get(), Optional.empty(), false)
                : receive(transaction, queue, receive.most(), visibility, attempt);
        if (isCalledOff.getAsBoolean()) {
            transaction.undo();
            return new Answer(queue.number(), List.of(), Optional.empty(), false);
        }
        return answer;
    }

    private Answer receive(Transaction transaction, StoredQueue queue, int wanted, long visibility, Optional<String> attempt) throws SQLException {
        int most = inFlight.room(transaction, queue, wanted);
        if (most == 0) {
            return new Answer(queue.number(), List.of(), Optional.empty(), true);
        }
        Optional<DeadLetters> deadLetters = deadLetters(transaction, queue);
        List<Message> taken = queue.grouped() ? takeFromGroups(transaction, queue, most, visibility, deadLetters)
                : takeVisible(transaction, queue, most, visibility, deadLetters);
        if (taken.isEmpty()) {
            return new Answer(queue.number(), List.of(), next(transaction, queue), false);
        }
        if (attempt.isPresent()) {
            Attempts.remember(transaction, queue, attempt.get(), transaction.now() + visibility, taken);
        }
        List<Delivery> deliveries = taken.stream().map(message -> message.deliver(transaction.receipts(), transaction.now())).toList();
        return new Answer(queue.number(), deliveries, Optional.empty(), false);
    }

    private static Optional<DeadLetters> deadLetters(Transaction transaction, StoredQueue queue) throws SQLException {
        Optional<Redrive> redrive = queue.settings().redrive().filter(to -> !to.to().equals(queue.id()));
        Optional<StoredQueue> to = redrive.isPresent() ? Catalog.hold(transaction, redrive.get().to()) : Optional.empty();
        return to.map(other -> new DeadLetters(other, redrive.orElseThrow().afterReceives()));
    }

    private static List<Message> takeVisible(Transaction transaction, StoredQueue queue, int most, long visibility, Optional<DeadLetters> deadLetters)
            throws SQLException {
        for (int limit = most;; limit = Math.max(most, GIVEN_UP_AT_ONCE)) {
            List<Message> found = transaction.query(VISIBLE, Message::read, queue.number(), transaction.now(), limit);
            if (!giveUp(transaction, queue, found, deadLetters)) {
                List<Message> taken = found.subList(0, Math.min(most, found.size()));
                take(transaction, queue, taken, visibility);
                return taken;
            }
        }
    }

    /** Of each group as many as there are, one after the other. */
    private static List<Message> takeFromGroups(Transaction transaction, StoredQueue queue, int most, long visibility, Optional<DeadLetters> deadLetters)
            throws SQLException {
        for (int limit = most;; limit = Math.max(most, GIVEN_UP_AT_ONCE)) {
            List<Bytes> lanes = Groups.ready(transaction, queue, limit);
            List<Message> found = lanes.isEmpty() ? List.of() : visibleOf(transaction, queue, lanes, limit);
            if (!giveUp(transaction, queue, found, deadLetters)) {
                List<Message> taken = found.subList(0, Math.min(most, found.size()));
                take(transaction, queue, taken, visibility);
                Groups.settle(transaction, queue, lanes);
                return taken;
            }
            Groups.settle(transaction, queue, lanes);
        }
    }

    /** A message of a group that is not visible yet is not overtaken. */
    private static List<Message> visibleOf(Transaction transaction, StoredQueue queue, List<Bytes> lanes, int limit) throws SQLException {
        Map<Bytes, List<Message>> byLane = new LinkedHashMap<>();
        transaction.query(OF_GROUPS, Message::read, Transaction.bytes(lanes), queue.number(), limit)
                .forEach(message -> byLane.computeIfAbsent(message.lane().orElseThrow(), lane -> new ArrayList<>()).add(message));
        return byLane.values().stream().flatMap(messages -> messages.stream().takeWhile(message -> message.visibleAt() <= transaction.now())).toList();
    }

    /** @return whether some of them have been received too often, and are in another queue now */
    private static boolean giveUp(Transaction transaction, StoredQueue queue, List<Message> found, Optional<DeadLetters> deadLetters) throws SQLException {
        List<Message> dead = deadLetters.stream()
                .flatMap(letters -> found.stream().filter(message -> message.receives() >= letters.afterReceives())).toList();
        if (!dead.isEmpty()) {
            Transfer.giveUp(transaction, dead, queue, deadLetters.orElseThrow().to());
        }
        return !dead.isEmpty();
    }

    private static void take(Transaction transaction, StoredQueue queue, List<Message> messages, long visibility) throws SQLException {
        if (!messages.isEmpty()) {
            transaction.update(TAKE, transaction.now() + visibility, transaction.now(), queue.number(),
                    Transaction.numbers(messages.stream().map(Message::sequence).toList()));
        }
    }

    private static Optional<Long> next(Transaction transaction, StoredQueue queue) throws SQLException {
        return queue.grouped() ? Groups.next(transaction, queue)
                : transaction.find(NEXT, row -> Optional.ofNullable((Long) row.getObject(1)), queue.number(), transaction.now()).flatMap(next -> next);
    }
}
