package org.kumiki.api.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import org.kumiki.api.model.AccountId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps queues of messages. Thread-safe.
 * <p>
 * Calls about queues block, those about messages do not. All fail with a {@link QueueException}, a stage is completed with one. When a call has
 * returned, or a stage is completed, what it changed is on stable storage; of a call with several messages all is there after a crash, or nothing. A
 * message that was delivered and not deleted is delivered again, whoever crashes: but not before its time is up, if it was not made visible by its
 * receiver.
 * <p>
 * A queue without groups has at most {@link #IN_FLIGHT} messages in flight, one with groups {@link #IN_FLIGHT_OF_GROUPS}. A message that is not in
 * flight and has been delivered as often as its queue's {@link Redrive} allows goes to the other queue when somebody asks for it, in one step; as long
 * as there is no such queue it is delivered on. As long as a message of a group is in flight, no other of the group is delivered; one answer may have
 * several, though. The delay of a message of a group is the queue's, so that none overtakes another.
 * <p>
 * Stages are completed on threads of the store, which must not be held up.
 * <p>
 * Calls about messages that make no sense, such as one without a group for a queue that has them, fail with an {@link IllegalArgumentException}.
 * <p>
 * Who may do what, and how long what may be, is the fa&ccedil;ade's business.
 */
@ConsumerType
public interface QueueStore {

    int IN_FLIGHT = 120_000;
    int IN_FLIGHT_OF_GROUPS = 20_000;

    /** For so long a store knows what was sent, and which attempts to receive there were. */
    Duration REMEMBERED = Duration.ofMinutes(5);

    MessageQueue create(QueueId id, QueueSettings settings);

    /** From what is in memory, of a database where several control planes share one: no disk is waited for, since it is asked for each message. */
    Optional<MessageQueue> queue(QueueId id);

    /** In the order of their names. */
    List<MessageQueue> queues(AccountId owner);

    /** Changes the settings; the change is asked for once, and nobody else changes them meanwhile. */
    MessageQueue update(QueueId id, UnaryOperator<QueueSettings> change);

    /** With all its messages. Whoever waits for one is told that there is no such queue. */
    void delete(QueueId id);

    /** Deletes all messages that were sent before the call. */
    void purge(QueueId id);

    /** From what is in memory, or as good as that: whoever looks at a queue asks often. */
    Counts counts(QueueId id);

    /** In this order; all of them or none. One that was sent before is answered as it was then. */
    CompletionStage<List<Sent>> send(QueueId id, List<Outgoing> messages);

    /**
     * Delivers messages that are visible, and hides them from everybody else for a while. Whoever waits gets some as soon as there are any, and nothing
     * when he has waited long enough. If he cancels the stage (as a {@link java.util.concurrent.CompletableFuture}), nothing is delivered to him.
     */
    CompletionStage<List<Delivery>> receive(QueueId id, Receive receive);

    /** Deletes messages for ever. In a queue without groups a receipt is good for that after its time, until the message is delivered again. */
    CompletionStage<List<Outcome>> delete(QueueId id, List<String> receipts);

    /** Lets the time that receivers have for a message begin anew. {@link Duration#ZERO} makes it visible at once. */
    CompletionStage<List<Outcome>> hide(QueueId id, List<String> receipts, List<Duration> visibility);

    /**
     * Moves messages that could be received to another queue, as if they were sent there, the oldest first; but what is sent there is no duplicate of
     * one that was moved.
     *
     * @param to none: the queue that gave each of them up; those of which there is none stay
     * @return how many; 0 if no more can be moved
     */
    CompletionStage<Integer> move(QueueId id, Optional<QueueId> to, int most);
}
