package org.kumiki.aws.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Making, finding, changing and deleting queues. */
final class Queues {

    /** How the names of queues with groups end, and no others. */
    static final String FIFO = ".fifo";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");
    private static final int LONGEST_NAME = 80;
    private static final Duration BETWEEN_PURGES = Duration.ofSeconds(60);

    private final Cloud cloud;
    private final QueueAttributes attributes;
    /** When queues were purged, of late. */
    private final Map<QueueId, Instant> purged = new ConcurrentHashMap<>();

    Queues(Cloud cloud, QueueAttributes attributes) {
        this.cloud = cloud;
        this.attributes = attributes;
    }

    void offer(Actions actions) {
        actions.query("CreateQueue", this::create).query("DeleteQueue", this::delete).query("ListQueues", this::list).query("GetQueueUrl", this::url)
                .query("GetQueueAttributes", this::get).query("SetQueueAttributes", this::set).query("PurgeQueue", this::purge)
                .query("ListDeadLetterSourceQueues", this::sources);
    }

    private Structure.Builder create(Call call) {
        QueueId id = new QueueId(cloud.account(call), call.input().requiredText("QueueName"));
        Map<String, String> given = texts(call.input().map("Attributes"));
        boolean fifo = checkName(id.name(), given);
        QueueSettings settings = QueueTags.put(attributes.apply(id, QueueAttributes.initial(fifo), given), texts(call.input().map("tags")));
        Optional<MessageQueue> known = cloud.store().queue(id);
        MessageQueue queue = known.isPresent() ? known.get() : create(id, settings);
        attributes.difference(queue.settings(), attributes.apply(id, queue.settings(), given)).ifPresent(attribute -> {
            throw Refusals.queueExists(attribute);
        });
        return call.output().put("QueueUrl", cloud.url(call, id));
    }

    /** The queue, also if somebody else makes it just now. */
    private MessageQueue create(QueueId id, QueueSettings settings) {
        try {
            return cloud.store().create(id, settings);
        } catch (QueueException e) {
            if (e.reason() == QueueException.Reason.QUEUE_EXISTS) {
                return cloud.store().queue(id).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    /** @return whether it is one with groups */
    private static boolean checkName(String name, Map<String, String> given) {
        boolean fifo = name.endsWith(FIFO);
        if (name.length() > LONGEST_NAME || !NAME.matcher(fifo ? name.substring(0, name.length() - FIFO.length()) : name).matches()) {
            throw Refusals.invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to " + LONGEST_NAME + " in length");
        }
        if (fifo && !given.containsKey(QueueAttributes.FIFO_QUEUE)) {
            throw Refusals.invalid("The name of a queue that ends with " + FIFO + " must be that of a FIFO queue: set the attribute FifoQueue to true.");
        }
        if (!fifo && "true".equalsIgnoreCase(given.get(QueueAttributes.FIFO_QUEUE))) {
            throw Refusals.invalid("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with " + FIFO
                    + " suffix and be 1 to " + LONGEST_NAME + " in length.");
        }
        return fifo;
    }

    private Structure.Builder delete(Call call) {
        QueueId id = cloud.queue(call, Action.REMOVE).id();
        cloud.store().delete(id);
        purged.remove(id); // one of that name that is made later is another queue
        return call.output();
    }

    private Structure.Builder list(Call call) {
        String prefix = call.input().text("QueueNamePrefix", "");
        Paging page = Paging.of(call.input(), cloud.store().queues(cloud.account(call)).stream().filter(queue -> queue.id().name().startsWith(prefix)).toList());
        List<String> urls = page.queues().stream().map(queue -> cloud.url(call, queue.id())).toList();
        return call.output().put("QueueUrls", urls.isEmpty() ? null : urls).put("NextToken", page.token().orElse(null));
    }

    private Structure.Builder url(Call call) {
        AccountId caller = cloud.account(call);
        AccountId owner = call.input().text("QueueOwnerAWSAccountId").map(Queues::account).orElse(caller);
        try {
            return call.output().put("QueueUrl", cloud.url(call, cloud.queue(call, new QueueId(owner, call.input().requiredText("QueueName")), Action.FIND).id()));
        } catch (AwsException e) {
            throw owner.equals(caller) ? e
                    : Refusals.simple("NonExistentQueue", "The specified queue does not exist or you do not have access to it.");
        }
    }

    private static AccountId account(String text) {
        try {
            return new AccountId(text);
        } catch (IllegalArgumentException e) {
            throw Refusals.invalid("QueueOwnerAWSAccountId", text, "An account is twelve digits.");
        }
    }

    private Structure.Builder get(Call call) {
        MessageQueue queue = cloud.queue(call, Action.LOOK);
        List<String> wanted = call.input().texts("AttributeNames");
        wanted.stream().filter(name -> !QueueAttributes.knows(name)).findFirst().ifPresent(name -> {
            throw Refusals.unknownAttribute(name);
        });
        if (wanted.isEmpty()) {
            return call.output();
        }
        Counts counts = cloud.store().counts(queue.id());
        Map<String, String> all = attributes.of(queue, counts);
        all.keySet().removeIf(name -> !wanted.contains(QueueAttributes.ALL) && !wanted.contains(name));
        return call.output().put("Attributes", all);
    }

    private Structure.Builder set(Call call) {
        QueueId id = cloud.queue(call, Action.SET).id();
        Map<String, String> given = texts(call.input().map("Attributes"));
        if (given.isEmpty()) {
            throw AwsException.missing("Attribute.Name");
        }
        cloud.store().update(id, old -> attributes.apply(id, old, given));
        return call.output();
    }

    private Structure.Builder purge(Call call) {
        QueueId id = cloud.queue(call, Action.PURGE).id();
        Instant now = cloud.clock().instant();
        purged.values().removeIf(before -> !before.plus(BETWEEN_PURGES).isAfter(now));
        if (purged.putIfAbsent(id, now) != null) {
            throw new AwsException(403, "AWS.SimpleQueueService.PurgeQueueInProgress",
                    "Only one PurgeQueue operation on " + id.name() + " is allowed every " + BETWEEN_PURGES.toSeconds() + " seconds.");
        }
        cloud.store().purge(id);
        return call.output();
    }

    private Structure.Builder sources(Call call) {
        QueueId id = cloud.queue(call, Action.LIST_SOURCES).id();
        Paging page = Paging.of(call.input(), cloud.store().queues(id.owner()).stream().filter(queue -> givesUpTo(queue, id)).toList());
        return call.output().put("queueUrls", page.queues().stream().map(queue -> cloud.url(call, queue.id())).toList())
                .put("NextToken", page.token().orElse(null));
    }

    static boolean givesUpTo(MessageQueue queue, QueueId id) {
        return queue.settings().redrive().filter(redrive -> redrive.to().equals(id)).isPresent();
    }

    static Map<String, String> texts(Map<String, Object> map) {
        Map<String, String> texts = new LinkedHashMap<>();
        map.forEach((key, value) -> texts.put(key, (String) value));
        return texts;
    }
}
