package org.kumiki.aws.sqs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.Sent;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * A message that a client wants to send, and may. Pure.
 *
 * @param entry the request, or its part of a batch
 */
record Draft(Structure entry, String body, Map<String, MessageAttribute> attributes, Map<String, MessageAttribute> systemAttributes, Outgoing outgoing) {

    /** Names under which the store keeps what was said of a message beside its body. */
    static final String USER = "user.";
    static final String SYSTEM = "system.";
    static final String SENDER = "sender";
    static final String TRACE = "AWSTraceHeader";

    private static final Pattern GROUP = Pattern.compile("[!-~]{1,128}");
    private static final int LONGEST_DELAY = 900;

    /** @throws AwsException where it is no message for this queue */
    static Draft of(Structure entry, MessageQueue queue, AccountId sender, int longest) {
        boolean grouped = queue.settings().ordering().grouped();
        String body = body(entry);
        Map<String, MessageAttribute> attributes = MessageAttribute.read(entry.map("MessageAttributes"), "user");
        Map<String, MessageAttribute> system = MessageAttribute.read(entry.map("MessageSystemAttributes"), "system");
        system.forEach((name, attribute) -> {
            if (!name.equals(TRACE) || attribute.isBinary()) {
                throw Refusals.invalid("Message (system) attribute '" + Refusals.brief(name) + "' must be " + TRACE + ", of type String.");
            }
        });
        Optional<String> group = checked(entry, "MessageGroupId");
        Optional<String> deduplication = checked(entry, "MessageDeduplicationId");
        if (!grouped && deduplication.isPresent()) {
            throw Refusals.invalid("MessageDeduplicationId", deduplication.get(),
                    "The request include parameter that is not valid for this queue type");
        }
        if (grouped && group.isEmpty()) {
            throw AwsException.missing("MessageGroupId");
        }
        Optional<Duration> delay = delay(entry, grouped);
        Draft draft = new Draft(entry, body, attributes, system, new Outgoing(body, stored(attributes, system, sender), delay, group,
                grouped ? Optional.of(deduplication(queue.settings(), body, deduplication)) : Optional.empty()));
        if (draft.size() > longest) {
            throw Refusals.invalid("One or more parameters are invalid. Reason: Message must be shorter than " + longest + " bytes.");
        }
        return draft;
    }

    private static String body(Structure entry) {
        String body = entry.requiredText("MessageBody");
        OptionalInt forbidden = Characters.forbidden(body);
        if (forbidden.isPresent()) {
            throw AwsException.refuse("InvalidMessageContents", "Invalid binary character '#x" + Integer.toHexString(forbidden.getAsInt()).toUpperCase()
                    + "' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | "
                    + "[#x10000-#x10FFFF]");
        }
        return body;
    }

    private static Optional<String> checked(Structure entry, String parameter) {
        Optional<String> id = entry.text(parameter);
        if (id.isPresent() && !GROUP.matcher(id.get()).matches()) {
            throw Refusals.invalid(parameter, id.get(), parameter + " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
        }
        return id;
    }

    /** Messages of a group have all the same delay, which is their queue's. */
    private static Optional<Duration> delay(Structure entry, boolean grouped) {
        OptionalInt delay = entry.number("DelaySeconds");
        if (delay.isEmpty() || grouped && delay.getAsInt() == 0) {
            return Optional.empty();
        }
        if (grouped) {
            throw Refusals.invalid("DelaySeconds", delay.getAsInt(), "The request include parameter that is not valid for this queue type.");
        }
        if (delay.getAsInt() < 0 || delay.getAsInt() > LONGEST_DELAY) {
            throw Refusals.invalid("DelaySeconds", delay.getAsInt(), "DelaySeconds must be >= 0 and <= " + LONGEST_DELAY + ".");
        }
        return Optional.of(Duration.ofSeconds(delay.getAsInt()));
    }

    private static String deduplication(QueueSettings settings, String body, Optional<String> given) {
        if (given.isEmpty() && !QueueAttributes.isContentBased(settings)) {
            throw Refusals.invalid("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
        }
        return given.orElseGet(() -> Digests.content(body));
    }

    private static Map<String, String> stored(Map<String, MessageAttribute> attributes, Map<String, MessageAttribute> system, AccountId sender) {
        if (attributes.isEmpty() && system.isEmpty()) {
            return Map.of(SENDER, sender.value());
        }
        Map<String, String> stored = new HashMap<>();
        stored.put(SENDER, sender.value());
        attributes.forEach((name, attribute) -> stored.put(USER + name, attribute.stored()));
        system.forEach((name, attribute) -> stored.put(SYSTEM + name, attribute.stored()));
        return stored;
    }

    /** In bytes: what the system attributes have is not counted. */
    int size() {
        int size = Characters.bytes(body);
        for (Map.Entry<String, MessageAttribute> attribute : attributes.entrySet()) {
            size += attribute.getKey().length() + attribute.getValue().size();
        }
        return size;
    }

    /** What its sender is told. */
    void write(Sent sent, Structure.Builder out) {
        out.put("MessageId", sent.id()).put("MD5OfMessageBody", Digests.of(body));
        if (!attributes.isEmpty()) {
            out.put("MD5OfMessageAttributes", Digests.of(attributes));
        }
        if (!systemAttributes.isEmpty()) {
            out.put("MD5OfMessageSystemAttributes", Digests.of(systemAttributes));
        }
        if (outgoing.deduplication().isPresent()) {
            out.put("SequenceNumber", sequence(sent.sequence()));
        }
    }

    /** Of one length, so that it can be compared as text. */
    static String sequence(long number) {
        return String.format("%020d", number);
    }
}
