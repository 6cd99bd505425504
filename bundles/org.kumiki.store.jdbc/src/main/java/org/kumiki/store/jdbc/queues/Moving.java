package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.kumiki.api.queue.QueueId;

/** Moves messages that could be received to another queue, or to those that gave them up. */
final class Moving {

    private static final String SELECT = "select " + Message.COLUMNS + " from " + Message.TABLES;
    private static final String MOVABLE = " where m.queue = ? and m.visible_at <= ? and (? or o.number is not null) order by m.sequence limit ? for update of ";
    private static final String VISIBLE = SELECT + MOVABLE + "m skip locked";
    private static final String OF_GROUPS = SELECT + " join kumiki_group g on g.queue = m.queue and g.name = m.lane and g.next_at <= ?" + MOVABLE
            + "m, g skip locked";

    private Moving() {
    }

    static int move(Transaction transaction, QueueId id, Optional<QueueId> to, int most) throws SQLException {
        StoredQueue queue = Catalog.open(transaction, id);
        Optional<StoredQueue> target = to.isPresent() ? Optional.of(Catalog.hold(transaction, to.get()).orElseThrow(() -> Failures.noQueue(to.get())))
                : Optional.empty();
        List<Message> messages = queue.grouped()
                ? transaction.query(OF_GROUPS, Message::read, transaction.now(), queue.number(), transaction.now(), to.isPresent(), most)
                : transaction.query(VISIBLE, Message::read, queue.number(), transaction.now(), to.isPresent(), most);
        Map<QueueId, List<Message>> byTarget = new LinkedHashMap<>();
        for (Message message : messages) {
            byTarget.computeIfAbsent(to.or(message::origin).orElseThrow(), key -> new ArrayList<>()).add(message);
        }
        int moved = 0;
        for (Map.Entry<QueueId, List<Message>> each : byTarget.entrySet()) {
            Optional<StoredQueue> taking = target.isPresent() ? target : Catalog.hold(transaction, each.getKey());
            // One that has been deleted a moment ago is none that gave them up.
            if (taking.isPresent()) {
                Transfer.send(transaction, each.getValue(), queue, taking.get());
                moved += each.getValue().size();
            }
        }
        Set<Bytes> lanes = messages.stream().flatMap(message -> message.lane().stream()).collect(Collectors.toSet());
        Groups.settle(transaction, queue, lanes);
        return moved;
    }
}
