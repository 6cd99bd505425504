package org.kumiki.aws.sqs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.sqs.MoveTask.Status;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.Structure;

/** Moving messages out of dead-letter queues. */
final class Moves {

    private static final String SOURCE = "SourceArn";
    private static final String DESTINATION = "DestinationArn";
    private static final String RATE = "MaxNumberOfMessagesPerSecond";
    private static final int FASTEST = 500;

    private final Cloud cloud;
    private final Mover mover;

    Moves(Cloud cloud, Mover mover) {
        this.cloud = cloud;
        this.mover = mover;
    }

    void offer(Actions actions) {
        actions.query("StartMessageMoveTask", this::start).query("CancelMessageMoveTask", this::cancel).query("ListMessageMoveTasks", this::list);
    }

    private Structure.Builder start(Call call) {
        MessageQueue source = queue(call, SOURCE, call.input().requiredText(SOURCE), Action.START_MOVE);
        if (cloud.store().queues(source.id().owner()).stream().noneMatch(queue -> Queues.givesUpTo(queue, source.id()))) {
            throw Refusals.invalid("Source queue must be configured as a Dead Letter Queue.");
        }
        Optional<String> to = call.input().text(DESTINATION);
        to.ifPresent(arn -> checkDestination(source, queue(call, DESTINATION, arn, Action.START_MOVE)));
        int rate = call.input().number(RATE, 0);
        if (call.input().has(RATE) && (rate < 1 || rate > FASTEST)) {
            throw Refusals.invalid(RATE, rate, "Must be between 1 and " + FASTEST + ", if provided.");
        }
        MoveTask task = new MoveTask(UUID.randomUUID().toString(), Status.RUNNING, to, rate, cloud.clock().instant(), 0,
                cloud.store().counts(source.id()).visible(), Optional.empty());
        if (!mover.start(source.id(), task)) {
            throw Refusals.unsupported("There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
        }
        return call.output().put("TaskHandle", handle(task, cloud.arn(source.id())));
    }

    private static void checkDestination(MessageQueue source, MessageQueue destination) {
        if (destination.id().equals(source.id())) {
            throw Refusals.invalid("Source queue arn and destination queue arn cannot be the same.");
        }
        if (destination.settings().ordering().grouped() != source.settings().ordering().grouped()) {
            throw Refusals.invalid("Source queue and destination queue must be of the same type.");
        }
    }

    private Structure.Builder cancel(Call call) {
        Map<String, Object> handle = handle(call.input().requiredText("TaskHandle"));
        MessageQueue source = queue(call, "TaskHandle", String.valueOf(handle.get("sourceArn")), Action.CANCEL_MOVE);
        MoveTask task = mover.cancel(source.id(), String.valueOf(handle.get("taskId")))
                .orElseThrow(() -> Refusals.noSuchResource("TaskHandle"));
        return call.output().put("ApproximateNumberOfMessagesMoved", task.moved());
    }

    private Structure.Builder list(Call call) {
        MessageQueue source = queue(call, SOURCE, call.input().requiredText(SOURCE), Action.LIST_MOVES);
        int most = call.input().number("MaxResults", 1);
        if (most < 1 || most > MoveTask.REMEMBERED) {
            throw Refusals.invalid("MaxResults", most, "Must be between 1 and " + MoveTask.REMEMBERED + ", if provided.");
        }
        List<MoveTask> tasks = mover.tasks(source.id());
        String arn = cloud.arn(source.id());
        return call.output().list("Results", tasks.subList(0, Math.min(most, tasks.size())), (task, out) -> write(task, arn, out));
    }

    private static void write(MoveTask task, String arn, Structure.Builder out) {
        out.put("Status", task.status().name()).put("SourceArn", arn).put(DESTINATION, task.to().orElse(null))
                .put("ApproximateNumberOfMessagesMoved", task.moved()).put("ApproximateNumberOfMessagesToMove", task.toMove())
                .put("StartedTimestamp", task.started().toEpochMilli()).put("FailureReason", task.failure().orElse(null));
        if (task.status() == Status.RUNNING) {
            out.put("TaskHandle", handle(task, arn));
        }
        if (task.rate() > 0) {
            out.put(RATE, task.rate());
        }
    }

    /** Whoever else's it is, it is none. */
    private MessageQueue queue(Call call, String parameter, String arn, Action action) {
        MessageQueue queue = cloud.own(call, arn).orElseThrow(() -> Refusals.noSuchResource(parameter));
        return cloud.queue(call, queue.id(), action);
    }

    private static String handle(MoveTask task, String arn) {
        String json = Json.write(Map.of("taskId", task.id(), "sourceArn", arn));
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> handle(String text) {
        try {
            return Json.parseObject(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw AwsException.refuse("InvalidParameterValue", "Value for parameter TaskHandle is invalid.");
        }
    }
}
