package org.kumiki.aws.sqs;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.Redrive;
import org.kumiki.aws.policy.PolicyException;
import org.kumiki.aws.wire.AwsException;

/** The attributes of a queue as clients give and get them, and what is allowed of each. Pure, but that other queues are looked at. */
final class QueueAttributes {

    static final String ALL = "All";
    static final String FIFO_QUEUE = "FifoQueue";
    static final String CONTENT_BASED = "ContentBasedDeduplication";
    static final String REDRIVE_ALLOW = "RedriveAllowPolicy";

    private static final String DELAY = "DelaySeconds";
    private static final String VISIBILITY = "VisibilityTimeout";
    private static final String RETENTION = "MessageRetentionPeriod";
    private static final String SIZE = "MaximumMessageSize";
    private static final String WAIT = "ReceiveMessageWaitTimeSeconds";
    private static final String REDRIVE = "RedrivePolicy";
    private static final String KEY = "KmsMasterKeyId";
    private static final String KEY_REUSE = "KmsDataKeyReusePeriodSeconds";
    private static final String SEALED = "SqsManagedSseEnabled";
    private static final String SCOPE = "DeduplicationScope";
    private static final String THROUGHPUT = "FifoThroughputLimit";
    private static final String PER_GROUP = "messageGroup";

    private static final Set<String> READ_ONLY = Set.of("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed", "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn");
    private static final Set<String> OF_GROUPS = Set.of(CONTENT_BASED, SCOPE, THROUGHPUT);
    private static final Set<String> WRITABLE = Set.of(DELAY, VISIBILITY, RETENTION, SIZE, WAIT, REDRIVE, REDRIVE_ALLOW, KEY, KEY_REUSE, SEALED,
            QueueSettings.POLICY, FIFO_QUEUE, CONTENT_BASED, SCOPE, THROUGHPUT);
    private static final int LONGEST_POLICY = 8192;
    /** How long a message that was received may be nobody else's, in seconds. */
    static final int LONGEST_VISIBILITY = 43_200;

    private final Sizes sizes;
    private final RedriveRules rules;

    QueueAttributes(Sizes sizes, RedriveRules rules) {
        this.sizes = sizes;
        this.rules = rules;
    }

    /** Whether there is such an attribute, or it stands for all. */
    static boolean knows(String name) {
        return name.equals(ALL) || READ_ONLY.contains(name) || WRITABLE.contains(name);
    }

    /** What a queue has of which nothing is said. */
    static QueueSettings initial(boolean groups) {
        return new QueueSettings(Duration.ZERO, Duration.ofSeconds(30), Duration.ofDays(4), Optional.empty(), groups ? Ordering.GROUPS : Ordering.NONE,
                Map.of());
    }

    /** @throws AwsException where an attribute may not be what it is to be */
    QueueSettings apply(QueueId queue, QueueSettings old, Map<String, String> given) {
        if ("true".equalsIgnoreCase(given.get(SEALED)) && !given.getOrDefault(KEY, "").isEmpty()) {
            throw AwsException.refuse("InvalidAttributeValue",
                    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
        }
        QueueSettings settings = old;
        for (Map.Entry<String, String> attribute : given.entrySet()) {
            settings = apply(queue, settings, attribute.getKey(), attribute.getValue());
        }
        if ("perMessageGroupId".equals(settings.attributes().get(THROUGHPUT)) && settings.ordering() != Ordering.GROUPS_APART) {
            throw Refusals.invalid("The perMessageGroupId value is allowed only when the value for " + SCOPE + " is " + PER_GROUP + ".");
        }
        return settings;
    }

    private QueueSettings apply(QueueId queue, QueueSettings old, String name, String value) {
        if (!WRITABLE.contains(name) || OF_GROUPS.contains(name) && !old.ordering().grouped()) {
            throw Refusals.unknownAttribute(name);
        }
        return switch (name) {
            case DELAY -> with(old, number(name, value, 0, 900), old.visibility(), old.retention());
            case VISIBILITY -> with(old, old.delay(), number(name, value, 0, LONGEST_VISIBILITY), old.retention());
            case RETENTION -> with(old, old.delay(), old.visibility(), number(name, value, 60, 1_209_600));
            case SIZE -> keep(old, name, String.valueOf(number(name, value, Sizes.SMALLEST, sizes.largest()).toSeconds()));
            case WAIT -> keep(old, name, String.valueOf(number(name, value, 0, 20).toSeconds()));
            case KEY_REUSE -> keep(old, name, String.valueOf(number(name, value, 60, 86_400).toSeconds()));
            case KEY -> keep(value.isEmpty() ? old : keep(old, SEALED, ""), name, value);
            case SEALED -> sealed(old, flag(name, value));
            case CONTENT_BASED -> keep(old, name, flag(name, value));
            case THROUGHPUT -> keep(old, name, oneOf(name, value, "perQueue", "perMessageGroupId"));
            case SCOPE -> with(old, oneOf(name, value, "queue", PER_GROUP).equals(PER_GROUP) ? Ordering.GROUPS_APART : Ordering.GROUPS);
            case QueueSettings.POLICY -> keep(old, name, policy(value));
            case REDRIVE -> with(old, value.isEmpty() ? Optional.empty() : Optional.of(rules.redrive(queue, value)));
            case REDRIVE_ALLOW -> keep(old, name, value.isEmpty() ? value : RedriveRules.checked(value));
            case FIFO_QUEUE -> fifo(old, value);
            default -> throw Refusals.unknownAttribute(name);
        };
    }

    private static Duration number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return Duration.ofSeconds(number);
            }
        } catch (NumberFormatException e) {
            // told below, as for one that is too large
        }
        throw Refusals.invalidAttribute(name);
    }

    private static String oneOf(String name, String value, String one, String other) {
        if (value.equals(one) || value.equals(other)) {
            return value;
        }
        throw Refusals.invalidAttribute(name);
    }

    private static String flag(String name, String value) {
        return oneOf(name, value.toLowerCase(Locale.ROOT), "true", "false");
    }

    /** Of the two kinds of encryption a queue has one at most. */
    private static QueueSettings sealed(QueueSettings old, String value) {
        return keep(value.equals("true") ? keep(old, KEY, "") : old, SEALED, value);
    }

    private static String policy(String value) {
        if (!value.isEmpty()) {
            try {
                Access.parse(value.length() > LONGEST_POLICY ? "" : value);
            } catch (PolicyException e) {
                throw Refusals.invalidAttribute(QueueSettings.POLICY);
            }
        }
        return value;
    }

    /** What a queue is once, it is for ever. */
    private static QueueSettings fifo(QueueSettings old, String value) {
        if (!old.ordering().grouped()) {
            throw Refusals.unknownAttribute(FIFO_QUEUE);
        }
        if (!value.equalsIgnoreCase("true")) {
            throw Refusals.invalidAttribute(FIFO_QUEUE);
        }
        return old;
    }

    private static QueueSettings with(QueueSettings old, Duration delay, Duration visibility, Duration retention) {
        return new QueueSettings(delay, visibility, retention, old.redrive(), old.ordering(), old.attributes());
    }

    private static QueueSettings with(QueueSettings old, Optional<Redrive> redrive) {
        return new QueueSettings(old.delay(), old.visibility(), old.retention(), redrive, old.ordering(), old.attributes());
    }

    private static QueueSettings with(QueueSettings old, Ordering ordering) {
        return new QueueSettings(old.delay(), old.visibility(), old.retention(), old.redrive(), ordering, old.attributes());
    }

    /** @param value nothing: what there was is forgotten */
    static QueueSettings keep(QueueSettings old, String name, String value) {
        Map<String, String> attributes = new HashMap<>(old.attributes());
        if (value.isEmpty()) {
            attributes.remove(name);
        } else {
            attributes.put(name, value);
        }
        return new QueueSettings(old.delay(), old.visibility(), old.retention(), old.redrive(), old.ordering(), attributes);
    }

    /** The attribute that clients can set whose value is another one in one than in the other. */
    Optional<String> difference(QueueSettings one, QueueSettings other) {
        Map<String, String> ones = writable(one);
        Map<String, String> others = writable(other);
        return WRITABLE.stream().sorted().filter(name -> !Objects.equals(ones.get(name), others.get(name))).findFirst();
    }

    Map<String, String> of(MessageQueue queue, Counts counts) {
        Map<String, String> all = writable(queue.settings());
        all.put("QueueArn", rules.arn(queue.id()));
        all.put("CreatedTimestamp", String.valueOf(queue.created().getEpochSecond()));
        all.put("LastModifiedTimestamp", String.valueOf(queue.changed().getEpochSecond()));
        all.put("ApproximateNumberOfMessages", String.valueOf(counts.visible()));
        all.put("ApproximateNumberOfMessagesNotVisible", String.valueOf(counts.inFlight()));
        all.put("ApproximateNumberOfMessagesDelayed", String.valueOf(counts.delayed()));
        return all;
    }

    private Map<String, String> writable(QueueSettings settings) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(VISIBILITY, String.valueOf(settings.visibility().toSeconds()));
        all.put(DELAY, String.valueOf(settings.delay().toSeconds()));
        all.put(RETENTION, String.valueOf(settings.retention().toSeconds()));
        all.put(SIZE, String.valueOf(size(settings)));
        all.put(WAIT, String.valueOf(wait(settings)));
        all.put(SEALED, settings.attributes().getOrDefault(SEALED, String.valueOf(!settings.attributes().containsKey(KEY))));
        for (String name : new String[] { QueueSettings.POLICY, REDRIVE_ALLOW, KEY }) {
            if (settings.attributes().containsKey(name)) {
                all.put(name, settings.attributes().get(name));
            }
        }
        if (settings.attributes().containsKey(KEY) || settings.attributes().containsKey(KEY_REUSE)) {
            all.put(KEY_REUSE, settings.attributes().getOrDefault(KEY_REUSE, "300"));
        }
        settings.redrive().ifPresent(redrive -> all.put(REDRIVE, rules.write(redrive)));
        if (settings.ordering().grouped()) {
            all.put(FIFO_QUEUE, "true");
            all.put(CONTENT_BASED, settings.attributes().getOrDefault(CONTENT_BASED, "false"));
            all.put(SCOPE, settings.ordering() == Ordering.GROUPS_APART ? PER_GROUP : "queue");
            all.put(THROUGHPUT, settings.attributes().getOrDefault(THROUGHPUT, "perQueue"));
        }
        return all;
    }

    /** How long a message of a queue may be. What an operator allows today counts also for queues that were made before. */
    int size(QueueSettings settings) {
        String own = settings.attributes().get(SIZE);
        return own == null ? sizes.usual() : Math.min(Integer.parseInt(own), sizes.largest());
    }

    /** How long receivers of a queue wait, in seconds, if they say nothing of it. */
    static int wait(QueueSettings settings) {
        return Integer.parseInt(settings.attributes().getOrDefault(WAIT, "0"));
    }

    static boolean isContentBased(QueueSettings settings) {
        return "true".equals(settings.attributes().get(CONTENT_BASED));
    }
}
