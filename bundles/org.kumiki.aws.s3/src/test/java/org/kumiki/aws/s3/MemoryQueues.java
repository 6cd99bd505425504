package org.kumiki.aws.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Sent;
import org.kumiki.aws.wire.Json;

/** As much of a store of queues as senders need. */
final class MemoryQueues implements QueueStore {

    static final String ACCOUNT = "000000000001";

    private final Map<QueueId, MessageQueue> queues = new ConcurrentHashMap<>();
    private final Map<QueueId, BlockingQueue<String>> messages = new ConcurrentHashMap<>();
    /** How many attempts to send fail before one succeeds. */
    private int failing;

    synchronized void fail(int times) {
        failing = times;
    }

    /** A queue that S3 may send to, and its ARN. */
    String open(String name) {
        return open(name, Ordering.NONE, "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"s3.amazonaws.com\"}, "
                + "\"Action\": \"sqs:SendMessage\", \"Resource\": \"*\", \"Condition\": {\"ArnLike\": {\"aws:SourceArn\": \"arn:aws:s3:*:*:b*\"}, "
                + "\"StringEquals\": {\"aws:SourceAccount\": \"" + ACCOUNT + "\"}}}]}");
    }

    String open(String name, Ordering ordering, String policy) {
        create(id(name), new QueueSettings(Duration.ZERO, Duration.ofSeconds(30), Duration.ofDays(4), Optional.empty(), ordering,
                Map.of(QueueSettings.POLICY, policy)));
        return arn(name);
    }

    static String arn(String name) {
        return "arn:aws:sqs:us-east-1:" + ACCOUNT + ":" + name;
    }

    private static QueueId id(String name) {
        return new QueueId(new AccountId(ACCOUNT), name);
    }

    /** The next message, when it is there. */
    Map<String, Object> next(String name) throws InterruptedException {
        String body = messages.get(id(name)).poll(60, TimeUnit.SECONDS);
        if (body == null) {
            throw new AssertionError("nothing has been sent to " + name + " for a minute");
        }
        return Json.parseObject(body);
    }

    boolean isEmpty(String name) {
        return messages.get(id(name)).isEmpty();
    }

    @Override
    public MessageQueue create(QueueId id, QueueSettings settings) {
        MessageQueue queue = new MessageQueue(id, Instant.now(), Instant.now(), settings);
        queues.put(id, queue);
        messages.put(id, new LinkedBlockingQueue<>());
        return queue;
    }

    @Override
    public Optional<MessageQueue> queue(QueueId id) {
        return Optional.ofNullable(queues.get(id));
    }

    @Override
    public List<MessageQueue> queues(AccountId owner) {
        return List.copyOf(queues.values());
    }

    @Override
    public void delete(QueueId id) {
        queues.remove(id);
    }

    void delete(String name) {
        delete(id(name));
    }

    @Override
    public synchronized CompletionStage<List<Sent>> send(QueueId id, List<Outgoing> outgoing) {
        if (failing > 0) {
            failing--;
            return CompletableFuture.failedFuture(new QueueException(Reason.UNAVAILABLE, "out of order"));
        }
        if (!queues.containsKey(id)) {
            return CompletableFuture.failedFuture(new QueueException(Reason.NO_SUCH_QUEUE, id.name()));
        }
        List<Sent> sent = new ArrayList<>();
        for (Outgoing message : outgoing) {
            messages.get(id).add(message.body());
            sent.add(new Sent("m", sent.size()));
        }
        return CompletableFuture.completedFuture(sent);
    }

    @Override
    public MessageQueue update(QueueId id, UnaryOperator<QueueSettings> change) {
        throw unasked();
    }

    @Override
    public void purge(QueueId id) {
        throw unasked();
    }

    @Override
    public Counts counts(QueueId id) {
        throw unasked();
    }

    @Override
    public CompletionStage<List<Delivery>> receive(QueueId id, Receive receive) {
        throw unasked();
    }

    @Override
    public CompletionStage<List<Outcome>> delete(QueueId id, List<String> receipts) {
        throw unasked();
    }

    @Override
    public CompletionStage<List<Outcome>> hide(QueueId id, List<String> receipts, List<Duration> visibility) {
        throw unasked();
    }

    @Override
    public CompletionStage<Integer> move(QueueId id, Optional<QueueId> to, int most) {
        throw unasked();
    }

    /** A bucket that tells a queue something looks it up and sends; a test in which it does more has found a mistake. */
    private static AssertionError unasked() {
        return new AssertionError("S3 does nothing else with queues");
    }
}
