package org.kumiki.aws.sqs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Redrive;
import org.kumiki.api.queue.Sent;

/** As much of a store of queues as the façade's tests need, in memory. What becomes visible again wakes nobody who waits. */
final class MemoryQueueStore implements QueueStore {

    private static final class Message {
        private final Sent sent;
        private final Outgoing content;
        private final Instant time;
        private Instant visible;
        private Optional<Instant> first = Optional.empty();
        private Optional<String> receipt = Optional.empty();
        private Optional<QueueId> from = Optional.empty();
        private int receives;

        Message(Sent sent, Outgoing content, Instant time, Instant visible) {
            this.sent = sent;
            this.content = content;
            this.time = time;
            this.visible = visible;
        }
    }

    private record Waiting(Receive receive, CompletableFuture<List<Delivery>> answer) {
    }

    private static final class Queue {
        private MessageQueue queue;
        private final TreeMap<Long, Message> messages = new TreeMap<>();
        private final Map<String, Long> receipts = new HashMap<>();
        private final Map<String, Sent> sent = new HashMap<>();
        private final List<Waiting> waiting = new ArrayList<>();
    }

    private final Clock clock;
    private final Map<QueueId, Queue> queues = new TreeMap<>();
    private long sequence;
    private int movesLeft = Integer.MAX_VALUE;
    private boolean endless;

    MemoryQueueStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized MessageQueue create(QueueId id, QueueSettings settings) {
        if (queues.containsKey(id)) {
            throw new QueueException(Reason.QUEUE_EXISTS, id + " is there");
        }
        Queue queue = new Queue();
        queue.queue = new MessageQueue(id, clock.instant(), clock.instant(), settings);
        queues.put(id, queue);
        return queue.queue;
    }

    @Override
    public synchronized Optional<MessageQueue> queue(QueueId id) {
        return Optional.ofNullable(queues.get(id)).map(queue -> queue.queue);
    }

    @Override
    public synchronized List<MessageQueue> queues(AccountId owner) {
        return queues.values().stream().map(queue -> queue.queue).filter(queue -> queue.id().owner().equals(owner)).toList();
    }

    @Override
    public synchronized MessageQueue update(QueueId id, UnaryOperator<QueueSettings> change) {
        Queue queue = require(id);
        queue.queue = new MessageQueue(id, queue.queue.created(), clock.instant(), change.apply(queue.queue.settings()));
        return queue.queue;
    }

    @Override
    public synchronized void delete(QueueId id) {
        Queue queue = require(id);
        queues.remove(id);
        queue.waiting.forEach(waiting -> waiting.answer.completeExceptionally(new QueueException(Reason.NO_SUCH_QUEUE, id + " is gone")));
    }

    @Override
    public synchronized void purge(QueueId id) {
        require(id).messages.clear();
    }

    @Override
    public synchronized Counts counts(QueueId id) {
        Instant now = clock.instant();
        List<Message> all = List.copyOf(require(id).messages.values());
        long hidden = all.stream().filter(message -> message.visible.isAfter(now)).count();
        long delayed = all.stream().filter(message -> message.visible.isAfter(now) && message.receives == 0).count();
        return new Counts(all.size() - hidden, hidden - delayed, delayed, 0, all.stream().map(message -> message.time).findFirst());
    }

    @Override
    public synchronized CompletionStage<List<Sent>> send(QueueId id, List<Outgoing> messages) {
        Queue queue = require(id);
        List<Sent> sent = messages.stream().map(message -> send(queue, message)).toList();
        deliver(queue);
        return CompletableFuture.completedStage(sent);
    }

    private Sent send(Queue queue, Outgoing message) {
        Optional<Sent> before = message.deduplication().map(queue.sent::get);
        if (before.isPresent()) {
            return before.get();
        }
        Sent sent = new Sent(UUID.randomUUID().toString(), ++sequence);
        message.deduplication().ifPresent(id -> queue.sent.put(id, sent));
        Instant now = clock.instant();
        queue.messages.put(sent.sequence(), new Message(sent, message, now, now.plus(message.delay().orElse(queue.queue.settings().delay()))));
        return sent;
    }

    private void deliver(Queue queue) {
        for (Iterator<Waiting> all = queue.waiting.iterator(); all.hasNext();) {
            Waiting waiting = all.next();
            List<Delivery> deliveries = waiting.answer.isDone() ? List.of() : take(queue, waiting.receive);
            if (waiting.answer.isDone() || !deliveries.isEmpty()) {
                all.remove();
                waiting.answer.complete(deliveries);
            }
        }
    }

    /** So many moves more are carried out, and those after them never end. */
    synchronized void movesLeft(int number) {
        movesLeft = number;
    }

    /** From now on nobody has waited long enough. */
    synchronized void waitEndlessly() {
        endless = true;
    }

    /** How many wait for a message. */
    synchronized long waiting(QueueId id) {
        return require(id).waiting.stream().filter(waiting -> !waiting.answer.isDone()).count();
    }

    @Override
    public synchronized CompletionStage<List<Delivery>> receive(QueueId id, Receive receive) {
        Queue queue = require(id);
        List<Delivery> deliveries = take(queue, receive);
        if (!deliveries.isEmpty() || receive.patience().isZero()) {
            return CompletableFuture.completedStage(deliveries);
        }
        Waiting waiting = new Waiting(receive, new CompletableFuture<>());
        queue.waiting.add(waiting);
        return endless ? waiting.answer : waiting.answer.completeOnTimeout(List.of(), receive.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    private List<Delivery> take(Queue queue, Receive receive) {
        Instant now = clock.instant();
        Set<String> busy = new HashSet<>();
        List<Delivery> deliveries = new ArrayList<>();
        boolean grouped = queue.queue.settings().ordering().grouped();
        for (Message message : List.copyOf(queue.messages.values())) {
            boolean free = !message.visible.isAfter(now) && !(grouped && busy.contains(message.content.group().orElseThrow()));
            if (!free && grouped) {
                busy.add(message.content.group().orElseThrow());
            }
            if (free && deliveries.size() < receive.most() && !buried(queue, message)) {
                deliveries.add(deliver(queue, message, now.plus(receive.visibility().orElse(queue.queue.settings().visibility()))));
            }
        }
        return deliveries;
    }

    private boolean buried(Queue queue, Message message) {
        Optional<Redrive> redrive = queue.queue.settings().redrive();
        if (redrive.isEmpty() || message.receives < redrive.get().afterReceives()) {
            return false;
        }
        queue.messages.remove(message.sent.sequence());
        Message moved = new Message(new Sent(message.sent.id(), ++sequence), message.content, message.time, message.visible);
        moved.from = Optional.of(queue.queue.id());
        require(redrive.get().to()).messages.put(sequence, moved);
        return true;
    }

    private Delivery deliver(Queue queue, Message message, Instant visible) {
        message.receives++;
        message.visible = visible;
        message.first = message.first.or(() -> Optional.of(clock.instant()));
        String receipt = UUID.randomUUID().toString();
        message.receipt = Optional.of(receipt);
        queue.receipts.put(receipt, message.sent.sequence());
        return new Delivery(message.sent.id(), receipt, message.sent.sequence(), message.content.body(), message.content.attributes(),
                message.content.group(), message.content.deduplication(), message.time, message.first.orElseThrow(), message.receives, message.from);
    }

    @Override
    public synchronized CompletionStage<List<Outcome>> delete(QueueId id, List<String> receipts) {
        Queue queue = require(id);
        return CompletableFuture.completedStage(receipts.stream().map(receipt -> {
            Outcome outcome = outcome(queue, receipt);
            if (outcome == Outcome.DONE) {
                queue.messages.remove(queue.receipts.get(receipt));
            }
            return outcome;
        }).toList());
    }

    @Override
    public synchronized CompletionStage<List<Outcome>> hide(QueueId id, List<String> receipts, List<Duration> visibility) {
        Queue queue = require(id);
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (int i = 0; i < receipts.size(); i++) {
            Outcome outcome = outcome(queue, receipts.get(i));
            if (outcome == Outcome.DONE) {
                queue.messages.get(queue.receipts.get(receipts.get(i))).visible = clock.instant().plus(visibility.get(i));
            }
            outcomes.put(receipts.get(i), outcome);
        }
        deliver(queue);
        return CompletableFuture.completedStage(receipts.stream().map(outcomes::get).toList());
    }

    private Outcome outcome(Queue queue, String receipt) {
        Long number = queue.receipts.get(receipt);
        if (number == null) {
            return Outcome.UNKNOWN;
        }
        Message message = queue.messages.get(number);
        if (message == null) {
            return Outcome.GONE;
        }
        return message.receipt.filter(receipt::equals).isPresent() && message.visible.isAfter(clock.instant()) ? Outcome.DONE : Outcome.EXPIRED;
    }

    @Override
    public synchronized CompletionStage<Integer> move(QueueId id, Optional<QueueId> to, int most) {
        if (movesLeft-- <= 0) {
            return new CompletableFuture<>();
        }
        Queue queue = require(id);
        List<Message> free = queue.messages.values().stream().filter(message -> !message.visible.isAfter(clock.instant()))
                .filter(message -> to.or(() -> message.from).isPresent()).limit(most).toList();
        for (Message message : free) {
            queue.messages.remove(message.sent.sequence());
            send(require(to.or(() -> message.from).orElseThrow()), message.content);
        }
        return CompletableFuture.completedStage(free.size());
    }

    private Queue require(QueueId id) {
        Queue queue = queues.get(id);
        if (queue == null) {
            throw new QueueException(Reason.NO_SUCH_QUEUE, "there is no " + id);
        }
        return queue;
    }
}
