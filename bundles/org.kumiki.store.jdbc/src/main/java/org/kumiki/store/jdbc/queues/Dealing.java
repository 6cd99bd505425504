package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.QueueId;
import org.kumiki.store.jdbc.queues.Receipts.Receipt;

/** Does what receivers want with messages that they have. */
final class Dealing {

    // Sequences are there twice, and of times a sum is compared, so that messages are looked up by the primary key whatever the planner believes.
    private static final String DELETE = "delete from kumiki_message m using unnest(?, ?) as r (sequence, receives)"
            + " where m.queue = ? and m.sequence = any (?) and m.sequence = r.sequence and m.receives = r.receives and m.visible_at + 0 > ?"
            + " returning m.sequence, m.receives";
    private static final String HIDE = "update kumiki_message m set visible_at = r.until from unnest(?, ?, ?) as r (sequence, receives, until)"
            + " where m.queue = ? and m.sequence = any (?) and m.sequence = r.sequence and m.receives = r.receives and m.visible_at + 0 > ?"
            + " returning m.sequence, m.receives";
    private static final String THERE = "select sequence from kumiki_message where queue = ? and sequence = any (?)";
    private static final String LANES = "select distinct lane from kumiki_message where queue = ? and sequence = any (?) and lane is not null";

    private static final Comparator<Receipt> ORDER = Comparator.comparingLong(Receipt::sequence).thenComparingInt(Receipt::receives);

    private Dealing() {
    }

    static List<Outcome> delete(Transaction transaction, QueueId id, List<String> texts) throws SQLException {
        StoredQueue queue = Catalog.open(transaction, id);
        List<Optional<Receipt>> receipts = read(transaction, queue, texts);
        Set<Receipt> named = new TreeSet<>(ORDER);
        receipts.forEach(receipt -> receipt.ifPresent(named::add));
        // Without groups a receipt is good after its time, too.
        long after = queue.grouped() ? transaction.now() : Long.MIN_VALUE;
        return deal(transaction, queue, receipts, named, some -> transaction.query(DELETE,
                row -> new Receipt(queue.number(), row.getLong(1), row.getInt(2)), sequences(some), receives(some), queue.number(), sequences(some),
                after));
    }

    static List<Outcome> hide(Transaction transaction, QueueId id, List<String> texts, List<Duration> visibility) throws SQLException {
        StoredQueue queue = Catalog.open(transaction, id);
        List<Optional<Receipt>> receipts = read(transaction, queue, texts);
        Map<Receipt, Long> until = new TreeMap<>(ORDER);
        for (int i = 0; i < receipts.size(); i++) {
            if (receipts.get(i).isPresent()) {
                until.put(receipts.get(i).get(), transaction.now() + visibility.get(i).toMillis());
            }
        }
        return deal(transaction, queue, receipts, until.keySet(), some -> transaction.query(HIDE,
                row -> new Receipt(queue.number(), row.getLong(1), row.getInt(2)), sequences(some), receives(some),
                Transaction.numbers(some.stream().map(until::get).toList()), queue.number(), sequences(some), transaction.now()));
    }

    private interface Deed {

        /** @return those that were good */
        List<Receipt> with(List<Receipt> some) throws SQLException;
    }

    /** @param named each that there is among the receipts, once */
    private static List<Outcome> deal(Transaction transaction, StoredQueue queue, List<Optional<Receipt>> receipts, Collection<Receipt> named, Deed deed)
            throws SQLException {
        if (named.isEmpty()) {
            return receipts.stream().map(receipt -> Outcome.UNKNOWN).toList();
        }
        Set<Bytes> lanes = queue.grouped() ? lock(transaction, queue, named) : Set.of();
        Set<Receipt> done = new HashSet<>();
        for (List<Receipt> some : Portions.of(named)) {
            done.addAll(deed.with(some));
        }
        Groups.settle(transaction, queue, lanes);
        transaction.wake(queue.number());
        // A message that goes now was there for its other receipts, too.
        Set<Long> there = new HashSet<>();
        done.forEach(receipt -> there.add(receipt.sequence()));
        List<Receipt> others = named.stream().filter(receipt -> !done.contains(receipt)).toList();
        if (!others.isEmpty()) {
            there.addAll(transaction.query(THERE, row -> row.getLong(1), queue.number(), sequences(others)));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Optional<Receipt> receipt : receipts) {
            outcomes.add(receipt.map(each -> done.contains(each) ? Outcome.DONE : there.contains(each.sequence()) ? Outcome.EXPIRED : Outcome.GONE)
                    .orElse(Outcome.UNKNOWN));
        }
        return outcomes;
    }

    private static Set<Bytes> lock(Transaction transaction, StoredQueue queue, Collection<Receipt> named) throws SQLException {
        Set<Bytes> lanes = new TreeSet<>(transaction.query(LANES, row -> new Bytes(row.getBytes(1)), queue.number(), sequences(named)));
        Groups.lock(transaction, queue, lanes);
        return lanes;
    }

    /** Those that this store has given for this queue. */
    private static List<Optional<Receipt>> read(Transaction transaction, StoredQueue queue, List<String> texts) {
        return texts.stream().map(text -> transaction.receipts().read(text).filter(receipt -> receipt.queue() == queue.number())).toList();
    }

    private static Transaction.Values sequences(Collection<Receipt> receipts) {
        return Transaction.numbers(receipts.stream().map(Receipt::sequence).toList());
    }

    private static Transaction.Values receives(Collection<Receipt> receipts) {
        return Transaction.counts(receipts.stream().map(Receipt::receives).toList());
    }
}
