package org.kumiki.aws.sqs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Redrive;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Json;

/** Which queue may give up its messages to which. */
record RedriveRules(QueueStore store, String region) {

    private static final String TARGET = "deadLetterTargetArn";
    private static final String COUNT = "maxReceiveCount";
    private static final String PERMISSION = "redrivePermission";
    private static final String SOURCES = "sourceQueueArns";
    private static final Set<String> PERMISSIONS = Set.of("allowAll", "denyAll", "byQueue");
    private static final int MOST_SOURCES = 10;
    private static final int MOST_RECEIVES = 1000;

    String arn(QueueId queue) {
        return Arns.of(region, queue);
    }

    /** Reads a {@code RedrivePolicy}. */
    Redrive redrive(QueueId source, String json) {
        Map<String, Object> policy = object("RedrivePolicy", json);
        if (!policy.containsKey(TARGET) || !policy.containsKey(COUNT)) {
            throw wrong(json, "Redrive policy does not contain mandatory attribute: " + (policy.containsKey(TARGET) ? COUNT : TARGET) + ".");
        }
        Redrive redrive = new Redrive(target(source, json, String.valueOf(policy.get(TARGET))), count(json, String.valueOf(policy.get(COUNT))));
        if (!permits(redrive.to(), source)) {
            throw wrong(json, "Queue " + arn(source) + " does not have permission to use " + arn(redrive.to()) + " as a dead letter queue.");
        }
        return redrive;
    }

    private QueueId target(QueueId source, String json, String arn) {
        QueueId target = Arns.parse(arn).orElseThrow(() -> wrong(json, "Invalid value for " + TARGET + "."));
        if (!target.owner().equals(source.owner())) {
            throw wrong(json, "Dead-letter target owner should be same as the source.");
        }
        if (target.name().endsWith(Queues.FIFO) != source.name().endsWith(Queues.FIFO)) {
            throw wrong(json, "Dead-letter queue must be same type of queue as the source.");
        }
        if (target.equals(source)) {
            throw wrong(json, "A queue cannot be its own dead-letter queue.");
        }
        if (store.queue(target).isEmpty()) {
            throw wrong(json, "Dead letter target does not exist.");
        }
        return target;
    }

    private static int count(String json, String text) {
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= MOST_RECEIVES) {
                return count;
            }
        } catch (NumberFormatException e) {
            // told below, as for one that is too large
        }
        throw wrong(json, "Invalid value for " + COUNT + ": " + Refusals.brief(text) + ", valid values are from 1 to " + MOST_RECEIVES + " both inclusive.");
    }

    String write(Redrive redrive) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(TARGET, arn(redrive.to()));
        json.put(COUNT, redrive.afterReceives());
        return Json.write(json);
    }

    /** Whether a queue lets another give up messages to it. */
    private boolean permits(QueueId target, QueueId source) {
        Optional<String> json = store.queue(target).map(MessageQueue::settings).map(settings -> settings.attributes().get(QueueAttributes.REDRIVE_ALLOW));
        if (json.isEmpty()) {
            return true;
        }
        Map<String, Object> policy = Json.parseObject(json.get());
        return switch (String.valueOf(policy.get(PERMISSION))) {
            case "allowAll" -> true;
            case "byQueue" -> ((List<?>) policy.get(SOURCES)).stream().map(String::valueOf).map(Arns::parse).flatMap(Optional::stream)
                    .anyMatch(source::equals);
            default -> false;
        };
    }

    /** A {@code RedriveAllowPolicy} as it was given, if it is one. */
    static String checked(String json) {
        Map<String, Object> policy = object(QueueAttributes.REDRIVE_ALLOW, json);
        boolean byQueue = "byQueue".equals(policy.get(PERMISSION));
        boolean sources = policy.get(SOURCES) instanceof List<?> arns && !arns.isEmpty() && arns.size() <= MOST_SOURCES
                && arns.stream().allMatch(arn -> Arns.parse(String.valueOf(arn)).isPresent());
        if (!PERMISSIONS.contains(String.valueOf(policy.get(PERMISSION))) || byQueue != policy.containsKey(SOURCES) || byQueue && !sources) {
            throw Refusals.invalid(QueueAttributes.REDRIVE_ALLOW, json, "It must have a " + PERMISSION + " of allowAll, denyAll or byQueue, and with the last "
                    + "1 to " + MOST_SOURCES + " " + SOURCES + ".");
        }
        return json;
    }

    private static Map<String, Object> object(String attribute, String json) {
        try {
            return Json.parseObject(json);
        } catch (IllegalArgumentException e) {
            throw Refusals.invalid(attribute, json, "Redrive policy is not a valid JSON map.");
        }
    }

    private static AwsException wrong(String json, String reason) {
        return Refusals.invalid("RedrivePolicy", json, reason);
    }
}
