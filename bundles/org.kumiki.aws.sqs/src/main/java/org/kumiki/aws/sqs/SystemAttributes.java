package org.kumiki.aws.sqs;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.kumiki.api.queue.Delivery;

/** What a receiver may be told of a message beside what its sender said. Pure. */
final class SystemAttributes {

    private static final String ALL = "All";

    private SystemAttributes() {
    }

    /** @param region that queues say they are in */
    private static Map<String, Function<Delivery, String>> values(String region) {
        Map<String, Function<Delivery, String>> values = new LinkedHashMap<>();
        values.put("SenderId", delivery -> delivery.attributes().get(Draft.SENDER));
        values.put("SentTimestamp", delivery -> String.valueOf(delivery.sent().toEpochMilli()));
        values.put("ApproximateReceiveCount", delivery -> String.valueOf(delivery.receives()));
        values.put("ApproximateFirstReceiveTimestamp", delivery -> String.valueOf(delivery.first().toEpochMilli()));
        values.put("SequenceNumber", delivery -> delivery.deduplication().map(any -> Draft.sequence(delivery.sequence())).orElse(null));
        values.put("MessageDeduplicationId", delivery -> delivery.deduplication().orElse(null));
        values.put("MessageGroupId", delivery -> delivery.group().orElse(null));
        values.put(Draft.TRACE, delivery -> {
            String stored = delivery.attributes().get(Draft.SYSTEM + Draft.TRACE);
            return stored == null ? null : MessageAttribute.ofStored(stored).value();
        });
        values.put("DeadLetterQueueSourceArn", delivery -> delivery.from().map(queue -> Arns.of(region, queue)).orElse(null));
        return values;
    }

    /** @return how each that is wanted comes from a delivery; from some, nothing does */
    static Map<String, Function<Delivery, String>> wanted(List<String> older, List<String> newer, String region) {
        Set<String> names = new LinkedHashSet<>(older);
        names.addAll(newer);
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<String, Function<Delivery, String>> values = values(region);
        for (String name : names) {
            if (!name.equals(ALL) && !values.containsKey(name)) {
                throw Refusals.unknownAttribute(name);
            }
        }
        if (!names.contains(ALL)) {
            values.keySet().retainAll(names);
        }
        return values;
    }
}
