package org.kumiki.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Redrive;

/** The queues of a store, account by account. */
record Queues(QueueStore store, Identity identity) implements Shelf<MessageQueue, Counts, Queues.Row> {

    /**
     * A queue as a row.
     *
     * @param fifo      whether it delivers in order
     * @param waiting   and the other figures: null if the store did not say; {@code trouble} has why
     * @param oldest    when the first message was sent that is still there; null if there is none
     * @param retention after how many milliseconds a message is deleted
     * @param dead      where messages go that nobody can deal with; null if they go nowhere
     */
    record Row(Owner owner, String name, boolean fifo, Long waiting, Long inFlight, Long delayed, Long bytes, Long oldest, long retention,
            Dead dead, String trouble) {
    }

    /** A dead-letter queue. {@code messages} is null if the store did not say how many are in it; {@code trouble} has why. */
    record Dead(String owner, String name, Long messages, String trouble) {
    }

    @Override
    public List<MessageQueue> all() {
        return identity.accounts().stream().map(Account::id).flatMap(owner -> store.queues(owner).stream()).toList();
    }

    @Override
    public boolean has(MessageQueue queue, String text) {
        return Query.lower(queue.id().name()).contains(text) || owner(queue).has(text);
    }

    @Override
    public Counts measure(MessageQueue queue) {
        return store.counts(queue.id());
    }

    @Override
    public long size(Counts counts) {
        return counts.visible();
    }

    @Override
    public Row row(MessageQueue queue, Measured<Counts> counts) {
        return new Row(owner(queue), queue.id().name(), queue.settings().ordering().grouped(), counts.get(Counts::visible),
                counts.get(Counts::inFlight), counts.get(Counts::delayed), counts.get(Counts::bytes),
                counts.value().flatMap(Counts::oldest).map(Instant::toEpochMilli).orElse(null), queue.settings().retention().toMillis(),
                queue.settings().redrive().map(Redrive::to).map(this::dead).orElse(null), counts.trouble());
    }

    private Dead dead(QueueId id) {
        Measured<Counts> counts = Measured.of(() -> store.counts(id));
        return new Dead(id.owner().value(), id.name(), counts.get(Counts::messages), counts.trouble());
    }

    private Owner owner(MessageQueue queue) {
        return Owner.of(queue.id().owner(), Optional.of(identity));
    }
}
