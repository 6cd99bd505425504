package org.kumiki.aws.sqs;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;

/**
 * The queues as one client of SQS sees them.
 *
 * @param region that the platform says it is
 */
record Cloud(QueueStore store, Identity identity, String region, Sizes sizes, Clock clock) {

    AccountId account(Call call) {
        return identity.accessKey(call.credential().accessKeyId()).filter(AccessKey::active)
                .orElseThrow(() -> new AwsException(403, "InvalidClientTokenId", "The access key was deleted meanwhile"))
                .account().id();
    }

    /** The queue whose address the call has, if its caller may do that with it. */
    MessageQueue queue(Call call, Action action) {
        String url = call.input().requiredText("QueueUrl");
        return queue(call, QueueUrls.parse(url).orElseThrow(
                () -> AwsException.refuse("InvalidAddress", "The address " + Refusals.brief(url) + " is not valid for this endpoint.")), action);
    }

    /** Whether there is a queue of somebody else that he may do nothing with is nothing that he is told. */
    MessageQueue queue(Call call, QueueId id, Action action) {
        AccountId account = account(call);
        Optional<MessageQueue> queue = store.queue(id);
        if (queue.isEmpty()) {
            throw account.equals(id.owner()) ? Refusals.noSuchQueue() : Refusals.denied();
        }
        if (!Access.allows(queue.get(), arn(id), account, action, name -> values(call, account, name))) {
            throw Refusals.denied();
        }
        return queue.get();
    }

    /** The queue that an ARN names, if it is the caller's. */
    Optional<MessageQueue> own(Call call, String arn) {
        AccountId account = account(call);
        return Arns.parse(arn).filter(id -> id.owner().equals(account)).flatMap(store::queue);
    }

    String arn(QueueId queue) {
        return Arns.of(region, queue);
    }

    String url(Call call, QueueId queue) {
        return QueueUrls.of(call.endpoint(), queue);
    }

    /** What a request has for a key of a condition. */
    private List<String> values(Call call, AccountId account, String name) {
        return switch (name) {
            case "aws:sourceip" -> List.of(call.client());
            case "aws:securetransport" -> List.of(Boolean.toString("https".equals(call.endpoint().getScheme())));
            case "aws:principalaccount" -> List.of(account.value());
            case "aws:currenttime" -> List.of(clock.instant().toString());
            default -> List.of();
        };
    }
}
