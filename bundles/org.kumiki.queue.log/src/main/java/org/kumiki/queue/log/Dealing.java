package org.kumiki.queue.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.QueueId;
import org.kumiki.queue.log.Change.Gone;
import org.kumiki.queue.log.Change.Hidden;
import org.kumiki.queue.log.Receipts.Receipt;

/** Does what receivers want with messages that they have. */
final class Dealing {

    private final Desk desk;

    Dealing(Desk desk) {
        this.desk = desk;
    }

    CompletableFuture<List<Outcome>> delete(QueueId id, List<String> receipts) {
        return deleteRead(id, read(receipts));
    }

    private CompletableFuture<List<Outcome>> deleteRead(QueueId id, List<Optional<Receipt>> receipts) {
        synchronized (desk.queues()) {
            LiveQueue queue = desk.queue(id);
            if (isPending(queue, receipts)) {
                return queue.lastChange().thenCompose(settled -> deleteRead(id, receipts));
            }
            List<Outcome> outcomes = judge(queue, receipts, !queue.grouped());
            Set<Long> done = new LinkedHashSet<>();
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i) == Outcome.DONE) {
                    done.add(receipts.get(i).orElseThrow().sequence());
                }
            }
            return write(queue, done, new Gone(queue.number(), List.copyOf(done))).thenApply(written -> outcomes);
        }
    }

    CompletableFuture<List<Outcome>> hide(QueueId id, List<String> receipts, List<Duration> visibility) {
        if (receipts.size() != visibility.size()) {
            throw new IllegalArgumentException(receipts.size() + " receipts with " + visibility.size() + " times");
        }
        return hideRead(id, read(receipts), visibility);
    }

    private CompletableFuture<List<Outcome>> hideRead(QueueId id, List<Optional<Receipt>> receipts, List<Duration> visibility) {
        synchronized (desk.queues()) {
            LiveQueue queue = desk.queue(id);
            if (isPending(queue, receipts)) {
                return queue.lastChange().thenCompose(settled -> hideRead(id, receipts, visibility));
            }
            List<Outcome> outcomes = judge(queue, receipts, false);
            Map<Long, Long> until = new LinkedHashMap<>();
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i) == Outcome.DONE) {
                    until.put(receipts.get(i).orElseThrow().sequence(), visibility.get(i).isZero() ? 0 : Desk.after(desk.now(), visibility.get(i)));
                }
            }
            Hidden hidden = new Hidden(queue.number(), List.copyOf(until.keySet()), List.copyOf(until.values()));
            return write(queue, until.keySet(), hidden).thenApply(written -> outcomes);
        }
    }

    private List<Optional<Receipt>> read(List<String> receipts) {
        return receipts.stream().map(desk.receipts()::read).toList();
    }

    /** Whether something is being written down that what the receipts are good for depends on. */
    private static boolean isPending(LiveQueue queue, List<Optional<Receipt>> receipts) {
        return receipts.stream().flatMap(Optional::stream).anyMatch(receipt -> receipt.queue() == queue.number() && queue.isPending(receipt.sequence()));
    }

    private CompletableFuture<Void> write(LiveQueue queue, Set<Long> sequences, Change change) {
        if (sequences.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        sequences.forEach(queue::mark);
        return desk.write(queue, List.of(change), () -> queue.unmark(sequences));
    }

    /** @param afterwards whether a receipt is good after its time, too */
    private List<Outcome> judge(LiveQueue queue, List<Optional<Receipt>> receipts, boolean afterwards) {
        long now = desk.now();
        queue.wake(now);
        List<Outcome> outcomes = new ArrayList<>();
        for (Optional<Receipt> receipt : receipts) {
            outcomes.add(receipt.filter(read -> read.queue() == queue.number()).map(read -> judge(queue, read, afterwards, now)).orElse(Outcome.UNKNOWN));
        }
        return outcomes;
    }

    private static Outcome judge(LiveQueue queue, Receipt receipt, boolean afterwards, long now) {
        Optional<Row> row = queue.find(receipt.sequence());
        if (row.isEmpty() || queue.isOld(row.get().sent(), now)) {
            return Outcome.GONE;
        }
        boolean isGood = row.get().receives() == receipt.receives() && (afterwards || row.get().state() == Row.IN_FLIGHT);
        return isGood ? Outcome.DONE : Outcome.EXPIRED;
    }
}
