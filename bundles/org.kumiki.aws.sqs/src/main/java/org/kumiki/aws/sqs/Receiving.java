package org.kumiki.aws.sqs;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.Receive;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.Structure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receiving messages, now or when there are some. */
final class Receiving {

    private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);
    private static final int MOST = 10;
    private static final int LONGEST_WAIT = 20;
    private static final int LONGEST_ATTEMPT = 128;

    private final Cloud cloud;

    Receiving(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.command("ReceiveMessage", this::receive).takeBack("ReceiveMessage", this::takeBack);
    }

    CompletionStage<Structure.Builder> receive(Call call) {
        MessageQueue queue = cloud.queue(call, Action.RECEIVE);
        Structure input = call.input();
        Map<String, Function<Delivery, String>> system = SystemAttributes.wanted(input.texts("AttributeNames"), input.texts("MessageSystemAttributeNames"),
                cloud.region());
        Predicate<String> user = wanted(input.texts("MessageAttributeNames"));
        CompletableFuture<List<Delivery>> waiting = cloud.store().receive(queue.id(), request(input, queue)).toCompletableFuture();
        CompletableFuture<Structure.Builder> answer = new CompletableFuture<>();
        waiting.whenComplete((deliveries, failure) -> {
            if (failure == null) {
                answer.complete(write(call.output(), deliveries, system, user));
            } else if (queue.settings().ordering().grouped() && isTooMany(failure)) {
                answer.complete(call.output()); // SQS has no error for that where there are groups: there is nothing to receive
            } else {
                answer.completeExceptionally(failure);
            }
        });
        answer.whenComplete((sent, failure) -> {
            if (answer.isCancelled()) {
                waiting.cancel(false); // whoever waited has gone
            }
        });
        return answer;
    }

    /** Whoever asked has gone without them: they are there for others at once. */
    private void takeBack(Call call, Structure answer) {
        List<String> receipts = answer.structures("Messages").stream().map(message -> message.requiredText("ReceiptHandle")).toList();
        Optional<QueueId> queue = QueueUrls.parse(call.input().requiredText("QueueUrl"));
        if (!receipts.isEmpty() && queue.isPresent()) {
            cloud.store().hide(queue.get(), receipts, Collections.nCopies(receipts.size(), Duration.ZERO)).exceptionally(failure -> {
                LOG.debug("Messages that nobody has got are visible when their time is up", failure);
                return List.of();
            });
        }
    }

    private static boolean isTooMany(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof QueueException e && e.reason() == QueueException.Reason.TOO_MANY_IN_FLIGHT;
    }

    private static Receive request(Structure input, MessageQueue queue) {
        int most = input.number("MaxNumberOfMessages", 1);
        if (most < 1 || most > MOST) {
            throw Refusals.invalid("MaxNumberOfMessages", most, "Must be between 1 and " + MOST + ", if provided.");
        }
        Optional<Duration> visibility = seconds(input, "VisibilityTimeout", QueueAttributes.LONGEST_VISIBILITY);
        Duration patience = seconds(input, "WaitTimeSeconds", LONGEST_WAIT).orElse(Duration.ofSeconds(QueueAttributes.wait(queue.settings())));
        Optional<String> attempt = input.text("ReceiveRequestAttemptId");
        if (attempt.isPresent() && (attempt.get().isEmpty() || attempt.get().length() > LONGEST_ATTEMPT || !queue.settings().ordering().grouped())) {
            throw Refusals.invalid("ReceiveRequestAttemptId", attempt.get(), queue.settings().ordering().grouped()
                    ? "It must have 1 to " + LONGEST_ATTEMPT + " characters." : "The request include parameter that is not valid for this queue type.");
        }
        return new Receive(most, visibility, patience, attempt);
    }

    private static Optional<Duration> seconds(Structure input, String parameter, int most) {
        OptionalInt seconds = input.number(parameter);
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        if (seconds.getAsInt() < 0 || seconds.getAsInt() > most) {
            throw Refusals.invalid(parameter, seconds.getAsInt(), "Must be >= 0 and <= " + most + ", if provided.");
        }
        return Optional.of(Duration.ofSeconds(seconds.getAsInt()));
    }

    /** Which of a sender's attributes a receiver wants: by name, by the beginning of it, or all. */
    private static Predicate<String> wanted(List<String> names) {
        if (names.contains("All") || names.contains(".*")) {
            return name -> true;
        }
        return name -> names.stream().anyMatch(want -> want.endsWith(".*") ? name.startsWith(want.substring(0, want.length() - 1)) : want.equals(name));
    }

    private static Structure.Builder write(Structure.Builder out, List<Delivery> deliveries, Map<String, Function<Delivery, String>> system,
            Predicate<String> user) {
        return deliveries.isEmpty() ? out : out.list("Messages", deliveries, (delivery, message) -> write(message, delivery, system, user));
    }

    private static void write(Structure.Builder out, Delivery delivery, Map<String, Function<Delivery, String>> system, Predicate<String> user) {
        out.put("MessageId", delivery.id()).put("ReceiptHandle", delivery.receipt()).put("MD5OfBody", Digests.of(delivery.body()))
                .put("Body", delivery.body());
        if (!system.isEmpty()) {
            Map<String, String> values = new TreeMap<>();
            system.forEach((name, value) -> Optional.ofNullable(value.apply(delivery)).ifPresent(text -> values.put(name, text)));
            out.put("Attributes", values.isEmpty() ? null : values);
        }
        Map<String, MessageAttribute> attributes = new TreeMap<>();
        delivery.attributes().forEach((name, value) -> {
            if (name.startsWith(Draft.USER) && user.test(name.substring(Draft.USER.length()))) {
                attributes.put(name.substring(Draft.USER.length()), MessageAttribute.ofStored(value));
            }
        });
        if (!attributes.isEmpty()) {
            Map<String, Structure.Builder> written = new TreeMap<>();
            attributes.forEach((name, attribute) -> written.put(name, attribute.write(out.element("MessageAttributes"))));
            out.put("MessageAttributes", written).put("MD5OfMessageAttributes", Digests.of(attributes));
        }
    }
}
