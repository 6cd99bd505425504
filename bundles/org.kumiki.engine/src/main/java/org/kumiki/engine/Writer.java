package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.JournalException;
import org.kumiki.api.time.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single writer. Inputs queue up while a batch is on its way to the disk; then they are one batch, so that many clients share one
 * flush. A batch becomes visible, is answered, and has its effects, after it is durable, and not at all if it cannot be.
 */
final class Writer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int LARGEST_BATCH = 512;
    private static final int LONGEST_QUEUE = 20_000;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    /** Something that makes the next world out of a draft, and whoever waits for what it answers. */
    private record Input<R>(Function<Draft, R> action, CompletableFuture<R> answer) {
    }

    /** What an input came to: a world, and the answer to be given when it is durable. */
    private record Step(World world, Draft draft, Runnable answer, Consumer<RuntimeException> refuse) {
    }

    private final Journal journal;
    private final Timeline timeline;
    private final Ids ids;
    private final Records records = new Records();
    private final Executor answers;
    private final Consumer<List<Effect>> effects;
    private final BiConsumer<World, World> published;
    private final BlockingQueue<Input<?>> queue = new LinkedBlockingQueue<>(LONGEST_QUEUE);
    private final Thread thread;
    private volatile World world;
    private volatile boolean closed;
    private long sequence;

    /**
     * @param sequence  of the last entry in the journal
     * @param answers   runs what is waiting for answers, so that nothing slow runs on the writer's own thread
     * @param effects   is handed the effects of each batch
     * @param published is told of each new world
     */
    Writer(World world, long sequence, Journal journal, Timeline timeline, Ids ids, Executor answers, Consumer<List<Effect>> effects,
            BiConsumer<World, World> published) {
        this.world = world;
        this.sequence = sequence;
        this.journal = journal;
        this.timeline = timeline;
        this.ids = ids;
        this.answers = answers;
        this.effects = effects;
        this.published = published;
        this.thread = new Thread(this::run, "kumiki-engine");
    }

    void start() {
        thread.start();
    }

    World world() {
        return world;
    }

    /** Queues an input; fails at once if there are too many already. */
    <R> CompletionStage<R> submit(Function<Draft, R> action) {
        Input<R> input = new Input<>(action, new CompletableFuture<>());
        if (closed || !queue.offer(input)) {
            input.answer().completeExceptionally(Refused.unavailable(DatacenterException.Kind.INSTANCE, "engine",
                    closed ? "The datacenter is shutting down" : "Too many requests are waiting", null));
        }
        return input.answer();
    }

    /** Queues something that has happened. It is not lost when the journal cannot be written for a while. */
    void report(Consumer<Draft> report) {
        submit(draft -> {
            report.accept(draft);
            return null;
        }).whenComplete((done, failure) -> {
            if (failure instanceof DatacenterException e && e.reason() == DatacenterException.Reason.UNAVAILABLE && !closed) {
                timeline.after(PAUSE_AFTER_FAILURE, () -> report(report));
            } else if (failure != null && !closed) {
                LOG.error("a report could not be taken in", failure);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drop(Refused.unavailable(DatacenterException.Kind.INSTANCE, "engine", "The datacenter is shutting down", null));
    }

    private void drop(RuntimeException reason) {
        for (Input<?> input = queue.poll(); input != null; input = queue.poll()) {
            input.answer().completeExceptionally(reason);
        }
    }

    private void run() {
        List<Input<?>> batch = new ArrayList<>();
        while (!closed) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch, LARGEST_BATCH - 1);
                process(batch);
            } catch (InterruptedException e) {
                if (!closed) {
                    LOG.warn("the engine's thread was interrupted by somebody else; it goes on");
                }
            } finally {
                batch.clear();
            }
        }
    }

    private void process(List<Input<?>> batch) {
        World before = world;
        World after = before;
        List<Step> steps = new ArrayList<>(batch.size());
        for (Input<?> input : batch) {
            Step step = step(after, input);
            if (step != null) {
                steps.add(step);
                after = step.world();
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (Step step : steps) {
            step.draft().changes().forEach(change -> entries.add(records.entry(sequence + entries.size() + 1, change)));
        }
        try {
            if (!entries.isEmpty()) {
                journal.append(entries);
                sequence += entries.size();
            }
        } catch (RuntimeException e) {
            LOG.error("the journal could not be written; {} requests are refused", steps.size(), e);
            String hint = e instanceof JournalException j && j.retryable() ? "; try again later" : "";
            DatacenterException refusal = Refused.unavailable(DatacenterException.Kind.INSTANCE, "journal",
                    "The change could not be made durable" + hint, e);
            steps.forEach(step -> answers.execute(() -> step.refuse().accept(refusal)));
            return;
        }
        world = after;
        for (Step step : steps) {
            answers.execute(step.answer());
            if (!step.draft().effects().isEmpty()) {
                effects.accept(step.draft().effects());
            }
        }
        if (after != before) {
            published.accept(before, after);
        }
    }

    /** Carries an input out on a world; one that fails is refused, and leaves no trace. */
    private <R> Step step(World base, Input<R> input) {
        Draft draft = new Draft(base, timeline.instant(), ids);
        try {
            R answer = input.action().apply(draft);
            return new Step(draft.build(), draft, () -> input.answer().complete(answer), input.answer()::completeExceptionally);
        } catch (RuntimeException e) {
            answers.execute(() -> input.answer().completeExceptionally(e));
            return null;
        }
    }
}
