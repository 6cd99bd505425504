package org.kumiki.aws.s3;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which events of which keys a queue is told. Pure.
 *
 * @param queue  its ARN
 * @param events their names, of which some stand for several
 */
record NotificationRule(String id, String queue, List<String> events, String prefix, String suffix) {

    private static final int MAX_FILTER = 1024;

    NotificationRule {
        events = List.copyOf(events);
    }

    /** @throws S3Exception if there cannot be such a rule */
    static NotificationRule of(String id, Element configuration) {
        QueueName.parse(configuration.require("Queue"));
        List<String> events = configuration.all("Event").stream().map(Element::text).toList();
        if (events.isEmpty()) {
            throw S3Exception.malformedXml();
        }
        for (String event : events) {
            if (!EventType.isKnown(event)) {
                throw S3Exception.invalid("The event '" + event + "' is not supported for notifications").with("ArgumentName", "Event")
                        .with("ArgumentValue", event);
            }
        }
        Map<String, String> filter = filter(configuration);
        return new NotificationRule(id, configuration.require("Queue"), events, filter.getOrDefault("prefix", ""), filter.getOrDefault("suffix", ""));
    }

    private static Map<String, String> filter(Element configuration) {
        Map<String, String> filter = new HashMap<>();
        configuration.find("Filter").flatMap(element -> element.find("S3Key")).map(key -> key.all("FilterRule")).orElse(List.of()).forEach(rule -> {
            String name = rule.require("Name").toLowerCase(Locale.ROOT);
            String value = rule.require("Value");
            if (!name.equals("prefix") && !name.equals("suffix")) {
                throw S3Exception.invalid("filter rule name must be either prefix or suffix");
            }
            if (value.getBytes(StandardCharsets.UTF_8).length > MAX_FILTER) {
                throw S3Exception.invalid("Size of filter rule value cannot exceed " + MAX_FILTER + " bytes in UTF-8 representation");
            }
            if (filter.put(name, value) != null) {
                throw S3Exception.invalid("Cannot specify more than one " + name + " rule in a filter.");
            }
        });
        return filter;
    }

    boolean matches(EventType type, String key) {
        return key.startsWith(prefix) && key.endsWith(suffix)
                && events.stream().anyMatch(type::isMeantBy);
    }

    /** Whether there could be an event that both are meant for: Amazon has one queue for each. */
    boolean overlaps(NotificationRule other) {
        boolean sameEvent = events.stream().anyMatch(mine -> other.events.stream().anyMatch(theirs -> overlap(mine, theirs)));
        return sameEvent && (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix))
                && (suffix.endsWith(other.suffix) || other.suffix.endsWith(suffix));
    }

    private static boolean overlap(String one, String other) {
        return one.equals(other) || covers(one, other) || covers(other, one);
    }

    private static boolean covers(String family, String event) {
        return family.endsWith("*") && event.startsWith(family.substring(0, family.length() - 1));
    }
}
