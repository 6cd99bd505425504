package org.kumiki.aws.sqs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Outcome;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** What receivers do with messages that they have: deleting them, or taking more or less time for them. */
final class Receipts {

    private static final String RECEIPT = "ReceiptHandle";
    private static final String VISIBILITY = "VisibilityTimeout";

    /** What is asked of the store for several receipts. */
    private interface Request {
        CompletionStage<List<Outcome>> send(MessageQueue queue, List<Structure> entries);
    }

    private final Cloud cloud;

    Receipts(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.command("DeleteMessage", call -> one(call, Action.DELETE, this::delete, Receipts::whyNotDeleted))
                .command("DeleteMessageBatch",
                        call -> several(call, Action.DELETE, "DeleteMessageBatchRequestEntry", this::delete, Receipts::whyNotDeleted))
                .command("ChangeMessageVisibility", call -> one(call, Action.HIDE, this::hide, Receipts::whyNotHidden))
                .command("ChangeMessageVisibilityBatch",
                        call -> several(call, Action.HIDE, "ChangeMessageVisibilityBatchRequestEntry", this::hide, Receipts::whyNotHidden));
    }

    private CompletionStage<List<Outcome>> delete(MessageQueue queue, List<Structure> entries) {
        return cloud.store().delete(queue.id(), entries.stream().map(Receipts::receipt).toList());
    }

    private CompletionStage<List<Outcome>> hide(MessageQueue queue, List<Structure> entries) {
        return cloud.store().hide(queue.id(), entries.stream().map(Receipts::receipt).toList(), entries.stream().map(Receipts::visibility).toList());
    }

    private static String receipt(Structure entry) {
        return entry.requiredText(RECEIPT);
    }

    private static Duration visibility(Structure entry) {
        OptionalInt seconds = entry.number(VISIBILITY);
        if (seconds.isEmpty()) {
            throw AwsException.missing(VISIBILITY);
        }
        if (seconds.getAsInt() < 0 || seconds.getAsInt() > QueueAttributes.LONGEST_VISIBILITY) {
            throw Refusals.invalid(VISIBILITY, seconds.getAsInt(), "Must be >= 0 and <= " + QueueAttributes.LONGEST_VISIBILITY + ", if provided.");
        }
        return Duration.ofSeconds(seconds.getAsInt());
    }

    private CompletionStage<Structure.Builder> one(Call call, Action action, Request request,
            BiFunction<MessageQueue, Outcome, Optional<String>> why) {
        MessageQueue queue = cloud.queue(call, action);
        return request.send(queue, List.of(call.input())).thenApply(outcomes -> {
            failure(call.input(), queue, outcomes.get(0), why).ifPresent(error -> {
                throw error;
            });
            return call.output();
        });
    }

    private CompletionStage<Structure.Builder> several(Call call, Action action, String name, Request request,
            BiFunction<MessageQueue, Outcome, Optional<String>> why) {
        MessageQueue queue = cloud.queue(call, action);
        Batch batch = new Batch();
        List<Structure> sound = new ArrayList<>();
        for (Structure entry : Batch.entries(call.input(), name)) {
            try {
                receipt(entry);
                if (action == Action.HIDE) {
                    visibility(entry);
                }
                sound.add(entry);
            } catch (AwsException e) {
                batch.failed(entry, e);
            }
        }
        CompletionStage<List<Outcome>> sending = sound.isEmpty() ? CompletableFuture.completedStage(List.of()) : request.send(queue, sound);
        return sending.thenApply(outcomes -> write(call, batch, queue, sound, outcomes, why));
    }

    private static Structure.Builder write(Call call, Batch batch, MessageQueue queue, List<Structure> entries, List<Outcome> outcomes,
            BiFunction<MessageQueue, Outcome, Optional<String>> why) {
        List<Structure> successful = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Structure entry = entries.get(i);
            failure(entry, queue, outcomes.get(i), why).ifPresentOrElse(error -> batch.failed(entry, error), () -> successful.add(entry));
        }
        return batch.write(call.output()).list("Successful", successful, (entry, out) -> out.put("Id", entry.requiredText("Id")));
    }

    private static Optional<AwsException> failure(Structure entry, MessageQueue queue, Outcome outcome,
            BiFunction<MessageQueue, Outcome, Optional<String>> why) {
        if (outcome == Outcome.UNKNOWN) {
            return Optional.of(new AwsException(404, "ReceiptHandleIsInvalid",
                    "The input receipt handle \"" + Refusals.brief(receipt(entry)) + "\" is not a valid receipt handle."));
        }
        return why.apply(queue, outcome).map(reason -> Refusals.invalid(RECEIPT, receipt(entry), reason));
    }

    /** In a queue without groups one that is somebody else's now stays, and its former receiver need not care. */
    private static Optional<String> whyNotDeleted(MessageQueue queue, Outcome outcome) {
        return outcome == Outcome.EXPIRED && queue.settings().ordering().grouped() ? Optional.of("The receipt handle has expired.") : Optional.empty();
    }

    private static Optional<String> whyNotHidden(MessageQueue queue, Outcome outcome) {
        return switch (outcome) {
            case DONE, UNKNOWN -> Optional.empty();
            case GONE -> Optional.of("Message does not exist or is not available for visibility timeout change.");
            case EXPIRED -> Optional.of("The receipt handle has expired, or the message is not available for visibility timeout change.");
        };
    }
}
