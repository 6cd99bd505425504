package org.kumiki.aws.sqs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.Structure;

/** The tags of queues. They are among a queue's attributes, under names of their own. */
final class QueueTags {

    private static final String PREFIX = "tag:";
    private static final int MOST = 50;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;

    private final Cloud cloud;

    QueueTags(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("TagQueue", this::tag).query("UntagQueue", this::untag).query("ListQueueTags", this::list);
    }

    private Structure.Builder tag(Call call) {
        QueueId id = cloud.queue(call, Action.TAG).id();
        Map<String, String> tags = Queues.texts(call.input().map("Tags"));
        cloud.store().update(id, old -> put(old, tags));
        return call.output();
    }

    private Structure.Builder untag(Call call) {
        QueueId id = cloud.queue(call, Action.UNTAG).id();
        List<String> keys = call.input().texts("TagKeys");
        cloud.store().update(id, old -> {
            Map<String, String> attributes = new HashMap<>(old.attributes());
            keys.forEach(key -> attributes.remove(PREFIX + key));
            return with(old, attributes);
        });
        return call.output();
    }

    private Structure.Builder list(Call call) {
        Map<String, String> tags = of(cloud.queue(call, Action.LIST_TAGS).settings());
        return call.output().put("Tags", tags.isEmpty() ? null : tags);
    }

    static Map<String, String> of(QueueSettings settings) {
        Map<String, String> tags = new TreeMap<>();
        settings.attributes().forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                tags.put(name.substring(PREFIX.length()), value);
            }
        });
        return tags;
    }

    /** Adds tags to those that there are. Pure. */
    static QueueSettings put(QueueSettings old, Map<String, String> tags) {
        Map<String, String> attributes = new HashMap<>(old.attributes());
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > LONGEST_KEY || key.regionMatches(true, 0, "aws:", 0, 4)) {
                throw Refusals.invalid("Tag keys must have 1 to " + LONGEST_KEY + " characters, and must not begin with aws:.");
            }
            if (value.length() > LONGEST_VALUE) {
                throw Refusals.invalid("Tag values must have at most " + LONGEST_VALUE + " characters.");
            }
            attributes.put(PREFIX + key, value);
        });
        if (attributes.keySet().stream().filter(name -> name.startsWith(PREFIX)).count() > MOST) {
            throw Refusals.invalid("Too many tags added for queue: there may be " + MOST + ".");
        }
        return with(old, attributes);
    }

    private static QueueSettings with(QueueSettings old, Map<String, String> attributes) {
        return new QueueSettings(old.delay(), old.visibility(), old.retention(), old.redrive(), old.ordering(), attributes);
    }
}
