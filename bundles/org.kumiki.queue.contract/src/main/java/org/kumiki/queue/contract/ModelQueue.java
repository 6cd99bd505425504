package org.kumiki.queue.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Sent;

/**
 * What a queue should do, as plainly as it can be said. A store has some freedom: in which order messages without groups come, and when a message goes to
 * the queue for dead letters that has been received often enough. Until that is known, the message is {@link Message#uncertain uncertain}.
 */
final class ModelQueue {

    static final class Message {

        final Outgoing outgoing;
        /** Nothing if the store has not told it yet. */
        Optional<String> id;
        /** In this queue; nothing if the store has not told it yet. */
        Optional<Long> sequence;
        Instant sent;
        Instant due;
        boolean inFlight;
        int receives;
        Optional<Instant> first = Optional.empty();
        Optional<QueueId> from = Optional.empty();
        /** Whether it may have gone to the queue for dead letters. */
        boolean uncertain;

        Message(Outgoing outgoing, Optional<Sent> answer, Instant sent, Instant due) {
            this.outgoing = outgoing;
            id = answer.map(Sent::id);
            sequence = answer.map(Sent::sequence);
            this.sent = sent;
            this.due = due;
        }

        boolean isVisible(Instant now) {
            return !due.isAfter(now);
        }

        Optional<String> group() {
            return outgoing.group();
        }

        /** Bodies are different, and known before anything else. */
        boolean is(Delivery delivery) {
            return outgoing.body().equals(delivery.body());
        }
    }

    private record Memory(Sent sent, Instant time) {
    }

    final QueueId id;
    final QueueSettings settings;
    /** Where its dead letters go. */
    final Optional<ModelQueue> deadLetters;
    final List<Message> messages = new ArrayList<>();
    private final Map<String, Memory> memories = new HashMap<>();
    private long lastSequence;

    ModelQueue(QueueId id, QueueSettings settings, Optional<ModelQueue> deadLetters) {
        this.id = id;
        this.settings = settings;
        this.deadLetters = deadLetters;
    }

    boolean grouped() {
        return settings.ordering().grouped();
    }

    /** What is due is visible, and what is too old is gone. */
    void passTime(Instant now) {
        messages.removeIf(message -> !message.sent.plus(settings.retention()).isAfter(now));
        messages.stream().filter(message -> message.isVisible(now)).forEach(message -> message.inFlight = false);
        memories.values().removeIf(memory -> !memory.time().plus(QueueStore.REMEMBERED).isAfter(now));
    }

    void sent(List<Outgoing> outgoing, List<Sent> answers, Instant now) {
        assertThat(answers).hasSameSizeAs(outgoing);
        for (int i = 0; i < answers.size(); i++) {
            Optional<Memory> before = grouped() ? Optional.ofNullable(memories.get(key(outgoing.get(i)))) : Optional.empty();
            if (before.isPresent()) {
                assertThat(answers.get(i)).as("sent again").isEqualTo(before.get().sent());
            } else {
                add(outgoing.get(i), answers.get(i), now);
            }
        }
    }

    private void add(Outgoing outgoing, Sent answer, Instant now) {
        assertThat(answer.sequence()).as("the sequence").isGreaterThan(lastSequence);
        lastSequence = answer.sequence();
        messages.add(new Message(outgoing, Optional.of(answer), now, due(outgoing, now)));
        if (grouped()) {
            memories.put(key(outgoing), new Memory(answer, now));
        }
    }

    private Instant due(Outgoing outgoing, Instant now) {
        return now.plus(grouped() ? settings.delay() : outgoing.delay().orElse(settings.delay()));
    }

    /** Whoever sent messages has not heard of it. */
    void sentUnheard(List<Outgoing> outgoing, long more, Instant now) {
        assertThat(more).as("sent before a crash").isIn(0L, (long) outgoing.size());
        if (more > 0) {
            outgoing.forEach(each -> messages.add(new Message(each, Optional.empty(), now, due(each, now))));
        }
    }

    /** As if they were sent here. */
    void moved(List<Message> others, Instant now) {
        others.forEach(other -> messages.add(new Message(other.outgoing, Optional.empty(), now, now.plus(settings.delay()))));
    }

    private String key(Outgoing outgoing) {
        String deduplication = outgoing.deduplication().orElseThrow();
        return settings.ordering() == Ordering.GROUPS_APART ? outgoing.group().orElseThrow() + "/" + deduplication : deduplication;
    }

    private boolean isExhausted(Message message) {
        return deadLetters.isPresent() && message.receives >= settings.redrive().orElseThrow().afterReceives();
    }

    /** What can be received for sure, if enough is asked for. */
    List<Message> available(Instant now) {
        Predicate<Message> ready = message -> message.isVisible(now) && !isExhausted(message);
        if (!grouped()) {
            return messages.stream().filter(ready).toList();
        }
        Set<String> closed = busyGroups();
        List<Message> available = new ArrayList<>();
        for (Message message : messages) {
            String group = message.group().orElseThrow();
            if (!closed.contains(group) && !(message.isVisible(now) && isExhausted(message))) {
                if (message.isVisible(now)) {
                    available.add(message);
                } else {
                    closed.add(group);
                }
            }
        }
        return available;
    }

    private Set<String> busyGroups() {
        Set<String> busy = new HashSet<>();
        messages.stream().filter(message -> message.inFlight).forEach(message -> busy.add(message.group().orElseThrow()));
        return busy;
    }

    /** Somebody has asked: what has been received often enough may have gone. */
    void asked(Instant now) {
        Set<String> busy = grouped() ? busyGroups() : Set.of();
        messages.stream().filter(message -> message.isVisible(now) && isExhausted(message) && !message.group().filter(busy::contains).isPresent())
                .forEach(message -> message.uncertain = true);
    }

    /** @param uncertain messages of other queues that may have come here */
    void received(List<Delivery> deliveries, int most, Duration visibility, List<ModelQueue> givers, Instant now) {
        int sure = available(now).size();
        assertThat(deliveries.size()).as("received from %s of %d that are there", id, sure).isLessThanOrEqualTo(most)
                .isGreaterThanOrEqualTo(Math.min(most, sure));
        asked(now);
        deliveries.forEach(delivery -> givers.forEach(giver -> giver.giveUp(delivery, this)));
        if (grouped()) {
            checkOrder(deliveries, now);
        }
        deliveries.forEach(delivery -> received(delivery, visibility, now));
    }

    private void giveUp(Delivery delivery, ModelQueue to) {
        Optional<Message> given = messages.stream().filter(message -> message.uncertain && message.is(delivery)).findFirst();
        if (given.isPresent()) {
            messages.remove(given.get());
            Message there = new Message(given.get().outgoing, Optional.empty(), given.get().sent, given.get().sent);
            there.id = given.get().id;
            there.from = Optional.of(id);
            to.messages.add(there);
        }
    }

    private void received(Delivery delivery, Duration visibility, Instant now) {
        Message message = message(delivery);
        assertThat(message.isVisible(now)).as("%s is visible", delivery.body()).isTrue();
        assertThat(isExhausted(message)).as("%s has been received too often", delivery.body()).isFalse();
        Instant first = message.first.orElse(now);
        assertThat(delivery).isEqualTo(new Delivery(message.id.orElse(delivery.id()), delivery.receipt(), message.sequence.orElse(delivery.sequence()),
                message.outgoing.body(), message.outgoing.attributes(), message.outgoing.group(), message.outgoing.deduplication(), message.sent, first,
                message.receives + 1, message.from));
        message.id = Optional.of(delivery.id());
        message.sequence = Optional.of(delivery.sequence());
        message.first = Optional.of(first);
        message.receives++;
        message.due = now.plus(visibility);
        message.inFlight = message.due.isAfter(now);
    }

    private Message message(Delivery delivery) {
        return messages.stream().filter(message -> message.is(delivery)).findFirst()
                .orElseThrow(() -> new AssertionError(delivery.body() + " is not in " + id));
    }

    private void checkOrder(List<Delivery> deliveries, Instant now) {
        Set<String> busy = busyGroups();
        Set<String> delivered = new HashSet<>();
        for (Delivery delivery : deliveries) {
            assertThat(busy).as("groups of which one is in flight").doesNotContain(delivery.group().orElseThrow());
            Set<String> overtaken = new HashSet<>();
            for (Message message : messages) {
                boolean isBefore = message.sequence.filter(sequence -> sequence < delivery.sequence()).isPresent();
                boolean isOfGroup = message.group().equals(delivery.group());
                if (isBefore && isOfGroup && !message.uncertain && !delivered.contains(message.outgoing.body())) {
                    overtaken.add(message.outgoing.body());
                }
            }
            assertThat(overtaken).as("overtaken by %s", delivery.body()).isEmpty();
            delivered.add(delivery.body());
        }
    }

    /** All that is available was received, and whoever did so did not hear of it. */
    void receivedUnheard(Instant now) {
        for (Message message : available(now)) {
            message.receives++;
            message.first = message.first.or(() -> Optional.of(now));
            message.due = now.plus(settings.visibility());
            message.inFlight = true;
        }
    }

    long uncertain() {
        return messages.stream().filter(message -> message.uncertain).count();
    }

    /** @param givers from which uncertain messages may have come */
    void check(Counts counts, List<ModelQueue> givers, Instant now) {
        long mayHaveCome = givers.stream().mapToLong(ModelQueue::uncertain).sum();
        long inFlight = messages.stream().filter(message -> message.inFlight).count();
        long visible = messages.stream().filter(message -> message.isVisible(now)).count();
        assertThat(counts.inFlight()).as("in flight in %s", id).isEqualTo(inFlight);
        assertThat(counts.delayed()).as("delayed in %s", id).isEqualTo(messages.size() - inFlight - visible);
        assertThat(counts.visible()).as("visible in %s", id).isBetween(visible - uncertain(), visible + mayHaveCome);
        if (uncertain() + mayHaveCome == 0) {
            assertThat(counts.oldest()).as("the oldest of %s", id).isEqualTo(messages.stream().map(message -> message.sent).min(Instant::compareTo));
        }
    }
}
