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
            + " where m.queue = ? and m.visible_at <= ? order by m.visible_at limit ? for update of m skip locked";
    private static final String OF_GROUPS = "select " + Message.COLUMNS + " from unnest(?) with ordinality as g (name, place) cross join lateral"
            + " (select * from kumiki_message f where f.queue = ? and f.lane = g.name order by f.sequence limit ?) m"
            + " left join kumiki_queue o on o.number = m.origin order by g.place, m.sequence";
    private static final String TAKE = "update kumiki_message set visible_at = ?, receives = receives + 1, first_received = coalesce(first_received, ?)"
            + " where queue = ? and sequence = any (?)";
    private static final String NEXT = "select min(visible_at) from kumiki_message where queue = ? and visible_at > ?";

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
        List<Message> taken = new ArrayList<>();
        List<Message> found;
        do {
            int missing = most - taken.size();
            found = transaction.query(VISIBLE, Message::read, queue.number(), transaction.now(), missing);
            List<Message> some = sort(transaction, queue, found, deadLetters);
            take(transaction, queue, some, visibility);
            taken.addAll(some);
        } while (taken.size() < most && !found.isEmpty() && visibility > 0);
        return taken;
    }

    /** Of each group as many as there are, one after the other. */
    private static List<Message> takeFromGroups(Transaction transaction, StoredQueue queue, int most, long visibility, Optional<DeadLetters> deadLetters)
            throws SQLException {
        List<Message> taken = new ArrayList<>();
        List<Bytes> lanes;
        do {
            int missing = most - taken.size();
            lanes = Groups.ready(transaction, queue, missing);
            Map<Bytes, List<Message>> first = new LinkedHashMap<>();
            if (!lanes.isEmpty()) {
                transaction.query(OF_GROUPS, Message::read, Transaction.bytes(lanes), queue.number(), missing)
                        .forEach(message -> first.computeIfAbsent(message.lane().orElseThrow(), lane -> new ArrayList<>()).add(message));
            }
            List<Message> some = new ArrayList<>();
            for (List<Message> messages : first.values()) {
                List<Message> visible = messages.stream().takeWhile(message -> message.visibleAt() <= transaction.now()).toList();
                List<Message> good = sort(transaction, queue, visible, deadLetters);
                some.addAll(good.subList(0, Math.min(good.size(), missing - some.size())));
            }
            take(transaction, queue, some, visibility);
            Groups.settle(transaction, queue, lanes);
            taken.addAll(some);
        } while (taken.size() < most && !lanes.isEmpty() && visibility > 0);
        return taken;
    }

    /** Those that can be received; the others are given up. */
    private static List<Message> sort(Transaction transaction, StoredQueue queue, List<Message> found, Optional<DeadLetters> deadLetters)
            throws SQLException {
        if (deadLetters.isEmpty()) {
            return found;
        }
        List<Message> dead = found.stream().filter(message -> message.receives() >= deadLetters.get().afterReceives()).toList();
        if (dead.isEmpty()) {
            return found;
        }
        Transfer.giveUp(transaction, dead, queue, deadLetters.get().to());
        return found.stream().filter(message -> message.receives() < deadLetters.get().afterReceives()).toList();
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
