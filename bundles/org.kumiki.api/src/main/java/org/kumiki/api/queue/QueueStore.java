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
 * returned, or a stage is completed, what it changed is on stable storage; a call with several messages does all of it or nothing. A message that was
 * delivered and not deleted is delivered again, whoever crashes: but not before its time is up, if it was not made visible by its receiver.
 * <p>
 * Who may do what, and how long what may be, is the fa&ccedil;ade's business.
 */
@ConsumerType
public interface QueueStore {

    // --- Queues ----------------------------------------------------------------------------------------------------------------

    MessageQueue create(QueueId id, QueueSettings settings);

    /** From what is in memory: no disk is waited for. */
    Optional<MessageQueue> queue(QueueId id);

    /** In the order of their names. */
    List<MessageQueue> queues(AccountId owner);

    /** Changes the settings; the change is asked for once, and nobody else changes them meanwhile. */
    MessageQueue update(QueueId id, UnaryOperator<QueueSettings> change);

    /** With all its messages. Whoever waits for one is told that there is no such queue. */
    void delete(QueueId id);

    /** Deletes all messages that were sent before the call. */
    void purge(QueueId id);

    Counts counts(QueueId id);

    // --- Messages --------------------------------------------------------------------------------------------------------------

    /** In this order. One that was sent before is answered as it was then. */
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
     * Moves messages to another queue, as if they were sent there, the oldest first and those in flight not at all.
     *
     * @param to none: the queue that gave each of them up; those of which there is none stay
     * @return how many; 0 if no more can be moved
     */
    CompletionStage<Integer> move(QueueId id, Optional<QueueId> to, int most);
}
