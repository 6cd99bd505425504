package org.kumiki.aws.s3;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.kumiki.api.blob.Bucket;

/** Whom a bucket tells of what happens in it. Pure. */
record Notifications(List<NotificationRule> rules) {

    private static final int MOST_RULES = 100;
    private static final String QUEUE = "QueueConfiguration";
    private static final String NOWHERE = "Unable to validate the following destination configurations";

    Notifications {
        rules = List.copyOf(rules);
    }

    static Notifications of(Bucket bucket) {
        String document = bucket.attributes().get(Setting.NOTIFICATION.parameter());
        return document == null ? new Notifications(List.of()) : of(XmlReader.read(document));
    }

    /** @param document that has been checked */
    static Notifications of(Element document) {
        return new Notifications(document.all(QUEUE).stream().map(rule -> NotificationRule.of(rule.require("Id"), rule)).toList());
    }

    /**
     * What a client sends, checked but for the queues. Rules without a name get one.
     *
     * @throws S3Exception if there cannot be such a configuration
     */
    static Element checked(Element document) {
        List<Element> configurations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Element configuration : document.children()) {
            if (!configuration.name().equals(QUEUE)) {
                throw destination(configuration);
            }
            String id = configuration.get("Id").filter(text -> !text.isEmpty()).orElseGet(() -> UUID.randomUUID().toString());
            if (!names.add(id)) {
                throw S3Exception.invalid("Same ID used for multiple configurations. IDs must be unique");
            }
            List<Element> children = new ArrayList<>(List.of(new Element("Id", id)));
            configuration.children().stream().filter(child -> !child.name().equals("Id")).forEach(children::add);
            configurations.add(new Element(QUEUE, children));
        }
        if (configurations.size() > MOST_RULES) {
            throw S3Exception.invalid("A bucket can have up to " + MOST_RULES + " notification configurations");
        }
        Element checked = new Element(document.name(), configurations);
        requireApart(of(checked).rules());
        return checked;
    }

    /** Of what is no queue: topics and functions are of services that are not there. */
    private static S3Exception destination(Element configuration) {
        return switch (configuration.name()) {
            case "TopicConfiguration" -> nowhere(configuration.get("Topic").orElse(""), "The destination topic does not exist");
            case "CloudFunctionConfiguration" -> nowhere(configuration.get("CloudFunction").orElse(""), "The destination function does not exist");
            case "EventBridgeConfiguration" -> S3Exception.notImplemented(configuration.name());
            default -> S3Exception.malformedXml();
        };
    }

    /** @param why events cannot be sent there */
    static S3Exception nowhere(String arn, String why) {
        return S3Exception.invalid(NOWHERE).with("ArgumentName1", arn).with("ArgumentValue1", why);
    }

    private static void requireApart(List<NotificationRule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            for (NotificationRule other : rules.subList(i + 1, rules.size())) {
                if (rules.get(i).overlaps(other)) {
                    throw S3Exception.invalid("Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
                            + "overlapping for the same event type.");
                }
            }
        }
    }

    /** The rule that an event is meant for, of which there is at most one. */
    Optional<NotificationRule> rule(EventType type, String key) {
        return rules.stream().filter(rule -> rule.matches(type, key)).findFirst();
    }
}
