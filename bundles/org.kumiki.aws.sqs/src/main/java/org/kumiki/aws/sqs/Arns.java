package org.kumiki.aws.sqs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.QueueId;

/** Names of queues that are good everywhere, such as {@code arn:aws:sqs:us-east-1:000000000001:orders}. Pure. */
final class Arns {

    private static final Pattern ARN = Pattern.compile("arn:aws:sqs:[a-z0-9-]{1,64}:([0-9]{12}):([A-Za-z0-9_-]{1,80}(?:\\.fifo)?)");

    private Arns() {
    }

    static String of(String region, QueueId queue) {
        return "arn:aws:sqs:" + region + ":" + queue.owner() + ":" + queue.name();
    }

    /** Empty if it names no queue. The region says nothing here: there is one. */
    static Optional<QueueId> parse(String arn) {
        Matcher matcher = ARN.matcher(arn);
        return matcher.matches() ? Optional.of(new QueueId(new AccountId(matcher.group(1)), matcher.group(2))) : Optional.empty();
    }
}
