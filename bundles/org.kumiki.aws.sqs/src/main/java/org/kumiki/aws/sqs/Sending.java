package org.kumiki.aws.sqs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Sent;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Sending messages, one or several. */
final class Sending {

    private final Cloud cloud;
    private final QueueAttributes attributes;

    Sending(Cloud cloud, QueueAttributes attributes) {
        this.cloud = cloud;
        this.attributes = attributes;
    }

    void offer(Actions actions) {
        actions.command("SendMessage", this::one).command("SendMessageBatch", this::several);
    }

    private CompletionStage<Structure.Builder> one(Call call) {
        MessageQueue queue = cloud.queue(call, Action.SEND);
        Draft draft = Draft.of(call.input(), queue, cloud.account(call), attributes.size(queue.settings()));
        return cloud.store().send(queue.id(), List.of(draft.outgoing())).thenApply(sent -> {
            Structure.Builder out = call.output();
            draft.write(sent.get(0), out);
            return out;
        });
    }

    private CompletionStage<Structure.Builder> several(Call call) {
        MessageQueue queue = cloud.queue(call, Action.SEND);
        AccountId sender = cloud.account(call);
        Batch batch = new Batch();
        List<Draft> drafts = new ArrayList<>();
        int bytes = 0;
        for (Structure entry : Batch.entries(call.input(), "SendMessageBatchRequestEntry")) {
            try {
                Draft draft = Draft.of(entry, queue, sender, attributes.size(queue.settings()));
                drafts.add(draft);
                bytes += draft.size();
            } catch (AwsException e) {
                batch.failed(entry, e);
            }
        }
        if (bytes > cloud.sizes().largest()) {
            throw Refusals.simple("BatchRequestTooLong",
                    "Batch requests cannot be longer than " + cloud.sizes().largest() + " bytes. You have sent " + bytes + " bytes.");
        }
        CompletionStage<List<Sent>> sending = drafts.isEmpty() ? CompletableFuture.completedStage(List.of())
                : cloud.store().send(queue.id(), drafts.stream().map(Draft::outgoing).toList());
        return sending.thenApply(sent -> write(call, batch, drafts, sent));
    }

    private static Structure.Builder write(Call call, Batch batch, List<Draft> drafts, List<Sent> sent) {
        List<Integer> places = IntStream.range(0, drafts.size()).boxed().toList();
        return batch.write(call.output()).list("Successful", places, (place, out) -> {
            out.put("Id", drafts.get(place).entry().requiredText("Id"));
            drafts.get(place).write(sent.get(place), out);
        });
    }
}
