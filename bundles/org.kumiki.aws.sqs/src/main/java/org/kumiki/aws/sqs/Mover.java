package org.kumiki.aws.sqs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.aws.sqs.MoveTask.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves messages between queues, some at a time and one queue's once at a time, on a thread of its own. What it is at is written down when it begins,
 * when it is called off and when it ends; what was under way when the platform ended, or this bundle, goes on where it was. The store moves some messages
 * in one step, so none is lost or doubled on the way. Thread-safe.
 */
final class Mover implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    private static final int AT_A_TIME = 100;
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    /** A task that is under way here. */
    private static final class Run {
        private volatile MoveTask task;
        private volatile boolean cancelled;

        Run(MoveTask task) {
            this.task = task;
            this.cancelled = task.status() == Status.CANCELLING;
        }

        MoveTask now() {
            MoveTask now = task;
            return cancelled ? now.with(Status.CANCELLING, now.moved(), now.failure()) : now;
        }
    }

    private final QueueStore store;
    private final ScheduledExecutorService thread;
    private final Map<QueueId, Run> runs = new ConcurrentHashMap<>();

    Mover(QueueStore store) {
        this.store = store;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread worker = new Thread(task, "kumiki-sqs-moves");
            worker.setDaemon(true);
            return worker;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = executor;
    }

    /** Goes on with what was under way when the last one ended. To be called before any other begins. */
    void goOn(AccountId owner) {
        for (MessageQueue queue : store.queues(owner)) {
            MoveTask.of(queue.settings()).stream().filter(task -> !task.status().isOver()).findFirst().ifPresent(task -> {
                LOG.info("The move of messages out of {} goes on", queue.id());
                Run run = new Run(task.goOn(store.counts(queue.id()).visible()));
                runs.put(queue.id(), run);
                thread.execute(() -> step(queue.id(), run));
            });
        }
    }

    /** @return whether it has begun: there was no other of the queue under way */
    boolean start(QueueId from, MoveTask task) {
        Run run = new Run(task);
        if (runs.putIfAbsent(from, run) != null) {
            return false;
        }
        try {
            store.update(from, old -> MoveTask.put(old, task));
            thread.execute(() -> step(from, run));
        } catch (RuntimeException e) {
            runs.remove(from, run);
            throw e;
        }
        return true;
    }

    /** @return the task as it is then, if it was under way */
    Optional<MoveTask> cancel(QueueId from, String id) {
        Run run = runs.get(from);
        if (run == null || !run.task.id().equals(id)) {
            return Optional.empty();
        }
        MessageQueue queue = store.update(from, old -> MoveTask.of(old).stream().filter(task -> task.id().equals(id) && task.status() == Status.RUNNING)
                .findFirst().map(task -> MoveTask.put(old, task.with(Status.CANCELLING, task.moved(), task.failure()))).orElse(old));
        run.cancelled = MoveTask.of(queue.settings()).stream().anyMatch(task -> task.id().equals(id) && task.status() == Status.CANCELLING);
        return Optional.of(run.now()).filter(task -> run.cancelled);
    }

    /** The tasks of a queue, the latest first. */
    List<MoveTask> tasks(QueueId queue) {
        Run run = runs.get(queue); // before what is written down: one that ends meanwhile is found there
        return store.queue(queue).map(MessageQueue::settings).map(MoveTask::of).orElse(List.of()).stream().map(task -> run != null && run.task.id().equals(task.id()) ? run.now()
                : task).toList();
    }

    private void step(QueueId from, Run run) {
        MoveTask task = run.task;
        if (run.cancelled) {
            end(from, run, Status.CANCELLED, Optional.empty());
            return;
        }
        Optional<QueueId> to = task.to().flatMap(Arns::parse);
        store.move(from, to, task.rate() == 0 ? AT_A_TIME : Math.min(task.rate(), AT_A_TIME)).whenComplete((moved, failure) -> moved(from, run, task,
                moved == null ? 0 : moved, failure));
    }

    /** On a thread of the store, which is not held up. */
    private void moved(QueueId from, Run run, MoveTask task, int moved, Throwable failure) {
        run.task = task.with(Status.RUNNING, task.moved() + moved, Optional.empty());
        if (failure != null) {
            LOG.warn("The move of messages out of {} has failed", from, failure);
            String why = failure instanceof QueueException || failure.getCause() instanceof QueueException ? "The queues are not available, or one is gone."
                    : "An internal error has occurred.";
            later(() -> end(from, run, Status.FAILED, Optional.of(why)), Duration.ZERO, from, run);
        } else if (moved == 0) {
            later(() -> end(from, run, Status.COMPLETED, Optional.empty()), Duration.ZERO, from, run);
        } else {
            later(() -> step(from, run), task.rate() == 0 ? Duration.ZERO : A_SECOND.multipliedBy(moved).dividedBy(task.rate()), from, run);
        }
    }

    private void end(QueueId from, Run run, Status status, Optional<String> failure) {
        MoveTask ended = run.task.with(status, run.task.moved(), failure);
        try {
            store.update(from, old -> MoveTask.put(old, ended));
        } catch (QueueException e) {
            LOG.warn("What has become of the move of messages out of {} could not be written down", from, e);
            if (e.reason() != QueueException.Reason.NO_SUCH_QUEUE) {
                later(() -> end(from, run, status, failure), A_SECOND, from, run);
                return;
            }
        }
        runs.remove(from, run);
    }

    private void later(Runnable next, Duration when, QueueId from, Run run) {
        try {
            thread.schedule(next, when.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.info("The move of messages out of {} waits for the service to come back, after {}", from, run.task.moved());
        }
    }

    /** What is under way ends after the messages that it is at. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
