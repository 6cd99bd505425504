package org.kumiki.aws.s3;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.aws.policy.Policy;
import org.kumiki.aws.policy.Policy.Question;
import org.kumiki.aws.policy.Policy.Verdict;
import org.kumiki.aws.policy.PolicyException;
import org.kumiki.aws.policy.Terms;

/** The queues that buckets tell of what happens in them, if they will be told. */
final class Destinations {

    private static final String SERVICE = "s3.amazonaws.com";
    private static final Terms TERMS = new Terms("sqs", resource -> true, Set.of());
    private static final long PATIENCE_SECONDS = 30;

    private final Supplier<Optional<QueueStore>> store;

    Destinations(Supplier<Optional<QueueStore>> store) {
        this.store = store;
    }

    /** Why a bucket may not send to a queue; nothing if it may. */
    Optional<String> refusal(String arn, String bucket, String owner) {
        Optional<MessageQueue> queue = require().queue(QueueName.parse(arn).id());
        if (queue.isEmpty()) {
            return Optional.of("The destination queue does not exist");
        }
        if (queue.get().settings().ordering().grouped()) {
            return Optional.of("FIFO queues are not supported");
        }
        return allows(queue.get(), arn, bucket, owner) ? Optional.empty()
                : Optional.of("Permissions on the destination queue do not allow S3 to publish notifications from this bucket");
    }

    private static boolean allows(MessageQueue queue, String arn, String bucket, String owner) {
        String policy = queue.settings().attributes().getOrDefault(QueueSettings.POLICY, "");
        try {
            return !policy.isEmpty() && Policy.parse(policy, TERMS)
                    .judge(new Question("", SERVICE, "sqs:SendMessage", arn, key -> values(key, bucket, owner))) == Verdict.ALLOW;
        } catch (PolicyException e) {
            return false; // nobody is let in by what cannot be understood
        }
    }

    private static List<String> values(String key, String bucket, String owner) {
        return switch (key) {
            case "aws:sourcearn" -> List.of(Event.arn(bucket));
            case "aws:sourceaccount" -> List.of(owner);
            case "aws:principalisawsservice", "aws:securetransport" -> List.of("true");
            case "aws:principalservicename" -> List.of(SERVICE);
            default -> List.of();
        };
    }

    /**
     * Returns when the messages are on stable storage.
     *
     * @throws QueueException if they are not, or it is not known whether they are
     */
    void send(String arn, List<String> messages) {
        List<Outgoing> outgoing = messages.stream()
                .map(body -> new Outgoing(body, Map.of(), Optional.empty(), Optional.empty(), Optional.empty())).toList();
        try {
            require().send(QueueName.parse(arn).id(), outgoing).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof QueueException known ? known : unavailable("the queue failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw unavailable("the queue has not answered for " + PATIENCE_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the platform stops", e);
        }
    }

    private QueueStore require() {
        return store.get().orElseThrow(() -> unavailable("there is no store of queues", null));
    }

    private static QueueException unavailable(String why, Exception cause) {
        return new QueueException(QueueException.Reason.UNAVAILABLE, why, cause);
    }
}
