package org.kumiki.aws.sqs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.queue.QueueSettings;
import org.kumiki.aws.wire.Json;

/**
 * A move of messages out of a dead-letter queue, as it is remembered among the attributes of that queue.
 *
 * @param to      the ARN of the queue that takes them; none: each goes where it came from
 * @param rate    at most so many a second; 0: as many as go
 * @param toMove  how many there were when it began
 * @param failure why, if it failed
 */
record MoveTask(String id, Status status, Optional<String> to, int rate, Instant started, long moved, long toMove, Optional<String> failure) {

    /** How far it is. */
    enum Status {
        RUNNING, COMPLETED, CANCELLING, CANCELLED, FAILED;

        boolean isOver() {
            return this != RUNNING && this != CANCELLING;
        }
    }

    static final int REMEMBERED = 10;

    private static final String ATTRIBUTE = "MoveTasks";

    MoveTask with(Status newStatus, long newMoved, Optional<String> newFailure) {
        return new MoveTask(id, newStatus, to, rate, started, newMoved, toMove, newFailure);
    }

    /** The same, when so many messages are left in its queue: what is gone from there was moved. */
    MoveTask goOn(long left) {
        return with(status, Math.max(moved, toMove - left), failure);
    }

    /** The latest first. */
    static List<MoveTask> of(QueueSettings settings) {
        List<MoveTask> tasks = new ArrayList<>();
        for (Object each : (List<?>) Json.parse(settings.attributes().getOrDefault(ATTRIBUTE, "[]"))) {
            Map<?, ?> json = (Map<?, ?>) each;
            tasks.add(new MoveTask((String) json.get("id"), Status.valueOf((String) json.get("status")), Optional.ofNullable((String) json.get("to")),
                    ((Long) json.get("rate")).intValue(), Instant.ofEpochMilli((Long) json.get("started")), (Long) json.get("moved"),
                    (Long) json.get("toMove"), Optional.ofNullable((String) json.get("failure"))));
        }
        return tasks;
    }

    /** Remembers a task, instead of what was known of it before. */
    static QueueSettings put(QueueSettings settings, MoveTask task) {
        List<MoveTask> tasks = new ArrayList<>(of(settings));
        int known = tasks.stream().map(MoveTask::id).toList().indexOf(task.id);
        if (known >= 0) {
            tasks.set(known, task);
        } else {
            tasks.add(0, task);
        }
        List<MoveTask> kept = tasks.subList(0, Math.min(tasks.size(), REMEMBERED));
        return QueueAttributes.keep(settings, ATTRIBUTE, Json.write(kept.stream().map(MoveTask::json).toList()));
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("status", status.name());
        json.put("to", to.orElse(null));
        json.put("rate", rate);
        json.put("started", started.toEpochMilli());
        json.put("moved", moved);
        json.put("toMove", toMove);
        json.put("failure", failure.orElse(null));
        return json;
    }
}
