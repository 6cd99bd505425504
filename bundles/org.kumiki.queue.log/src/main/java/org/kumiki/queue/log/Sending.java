package org.kumiki.queue.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.Sent;
import org.kumiki.queue.log.Change.Added;

/** Takes messages in. */
final class Sending {

    private final Desk desk;

    Sending(Desk desk) {
        this.desk = desk;
    }

    /**
     * What came of it, once that is written down.
     *
     * @param sequences of the messages, in the order in which they were sent
     */
    private record Decision(int queue, List<Long> sequences, CompletableFuture<Void> written) {
    }

    CompletableFuture<List<Sent>> send(QueueId id, List<Outgoing> messages) {
        Decision decision;
        synchronized (desk.queues()) {
            LiveQueue queue = desk.queue(id);
            List<Optional<Duplicates.Key>> keys = messages.stream().map(message -> key(queue, message)).toList();
            if (keys.stream().anyMatch(key -> key.filter(queue.pendingKeys()::contains).isPresent())) {
                // Whether the other one is kept is not known yet.
                return queue.lastChange().thenCompose(settled -> send(id, messages));
            }
            decision = decide(queue, messages, keys);
        }
        List<Sent> sent = decision.sequences().stream().map(sequence -> new Sent(desk.receipts().identifier(decision.queue(), sequence), sequence))
                .toList();
        return decision.written().thenApply(done -> sent);
    }

    private static Optional<Duplicates.Key> key(LiveQueue queue, Outgoing message) {
        if (!queue.grouped()) {
            return Optional.empty();
        }
        if (message.group().isEmpty() || message.deduplication().isEmpty()) {
            throw new IllegalArgumentException("the queue " + queue.settings().id() + " has groups: a message needs one, and a deduplication id");
        }
        return Optional.of(Duplicates.Key.of(queue.settings().settings().ordering(), message.group(), message.deduplication().get()));
    }

    private Decision decide(LiveQueue queue, List<Outgoing> messages, List<Optional<Duplicates.Key>> keys) {
        long now = desk.now();
        queue.wake(now);
        List<Change> changes = new ArrayList<>(messages.size());
        List<Long> sequences = new ArrayList<>(messages.size());
        Map<Duplicates.Key, Long> sentNow = new HashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            Optional<Long> before = keys.get(i).flatMap(key -> before(queue, key, sentNow));
            long sequence = before.orElseGet(() -> queue.newSequences(1));
            if (before.isEmpty()) {
                keys.get(i).ifPresent(key -> sentNow.put(key, sequence));
                changes.add(new Added(now, due(queue, messages.get(i), now), false, Content.of(queue.number(), sequence, messages.get(i))));
            }
            sequences.add(sequence);
        }
        if (changes.isEmpty()) {
            return new Decision(queue.number(), sequences, CompletableFuture.completedFuture(null));
        }
        Set<Duplicates.Key> pending = sentNow.keySet();
        queue.pendingKeys().addAll(pending);
        return new Decision(queue.number(), sequences, desk.write(queue, changes, () -> queue.pendingKeys().removeAll(pending)));
    }

    private static Optional<Long> before(LiveQueue queue, Duplicates.Key key, Map<Duplicates.Key, Long> sentNow) {
        OptionalLong remembered = queue.duplicates().find(key);
        return remembered.isPresent() ? Optional.of(remembered.getAsLong()) : Optional.ofNullable(sentNow.get(key));
    }

    /** Messages of a group must not overtake each other. */
    private static long due(LiveQueue queue, Outgoing message, long now) {
        Duration delay = queue.grouped() ? queue.settings().settings().delay() : message.delay().orElse(queue.settings().settings().delay());
        return delay.isZero() ? 0 : Desk.after(now, delay);
    }
}
