package org.kumiki.aws.sqs;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.QueueId;

/** Addresses of queues, such as {@code http://127.0.0.1:8773/000000000001/orders}. Pure. */
final class QueueUrls {

    private static final Pattern PATH = Pattern.compile("/([0-9]{12})/([A-Za-z0-9_-]{1,80}(?:\\.fifo)?)/?$");

    private QueueUrls() {
    }

    /** @param endpoint where the client has reached us: its queues are there, too */
    static String of(URI endpoint, QueueId queue) {
        return endpoint + "/" + queue.owner() + "/" + queue.name();
    }

    /** By the end of an address, or of its path alone: names of hosts change, and old clients have old ones. Empty if it names no queue. */
    static Optional<QueueId> parse(String url) {
        Matcher matcher = PATH.matcher(url);
        return matcher.find() ? Optional.of(new QueueId(new AccountId(matcher.group(1)), matcher.group(2))) : Optional.empty();
    }
}
