package org.kumiki.aws.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.QueueId;

/** The name of a queue as Amazon writes it: {@code arn:aws:sqs:REGION:ACCOUNT:NAME}. */
record QueueName(String region, QueueId id) {

    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:sqs:([a-z0-9-]{1,32}):([0-9]{12}):([A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\\.fifo)");

    /** @throws S3Exception if it is none */
    static QueueName parse(String arn) {
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            throw S3Exception.invalid("The ARN could not be parsed").with("ArgumentName", "Queue").with("ArgumentValue", arn);
        }
        return new QueueName(matcher.group(1), new QueueId(new AccountId(matcher.group(2)), matcher.group(3)));
    }
}
