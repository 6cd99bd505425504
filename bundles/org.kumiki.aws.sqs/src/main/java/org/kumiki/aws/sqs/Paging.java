package org.kumiki.aws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.aws.wire.Structure;

/** A part of a list of queues; the next begins after the name in the token. Pure. */
record Paging(List<MessageQueue> queues, Optional<String> token) {

    private static final int MOST = 1000;

    /** @param sorted by their names */
    static Paging of(Structure input, List<MessageQueue> sorted) {
        int most = input.number("MaxResults", MOST);
        if (most < 1 || most > MOST) {
            throw Refusals.invalid("MaxResults", most, "Must be between 1 and " + MOST + ", if provided.");
        }
        String after = input.text("NextToken").map(Paging::name).orElse("");
        List<MessageQueue> rest = sorted.stream().filter(queue -> queue.id().name().compareTo(after) > 0).toList();
        boolean more = rest.size() > most && input.has("MaxResults"); // who does not ask for pages gets one, and no token
        List<MessageQueue> page = rest.subList(0, Math.min(most, rest.size()));
        return new Paging(page, more ? Optional.of(token(page.get(page.size() - 1).id().name())) : Optional.empty());
    }

    private static String token(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(UTF_8));
    }

    private static String name(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusals.invalid("Invalid or expired next token.");
        }
    }
}
