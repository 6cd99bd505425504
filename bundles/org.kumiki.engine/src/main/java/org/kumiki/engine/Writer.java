package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** What a journal must be able to keep of one thing, in characters. One that is larger must not take the others of its batch along. */
    private static final int LARGEST_ENTRY = 512 * 1024;

    /** Something that makes the next world out of a draft, and whoever waits for what it answers. */
    private record Input<R>(Function<Draft, R> action, CompletableFuture<R> answer) {
    }

    /** What an input came to: a world, and the answer to be given when it is durable. */
    private record Step(World world, List<Entry> entries, List<Effect> effects, Runnable answer, Consumer<RuntimeException> refuse) {
    }

    private final Optional<Journal> journal;
    private final Timeline timeline;
    private final Ids ids;
    private final Records records = new Records();
    private final Executor answers;
    private final Consumer<List<Effect>> effects;
    private final BiConsumer<World, World> published;
    private final BlockingQueue<Input<?>> queue = new LinkedBlockingQueue<>(LONGEST_QUEUE);
    private final ExecutorService thread;
    /** Whether somebody is looking at the queue, or will. */
    private final AtomicBoolean awake = new AtomicBoolean();
    private volatile World world;
    private volatile boolean closed;
    private long sequence;

    /**
     * @param sequence  of the last entry in the journal
     * @param journal   without one nothing is kept, and nothing is written down
     * @param answers   runs what is waiting for answers, so that nothing slow runs on the writer's own thread
     * @param effects   is handed the effects of each batch
     * @param published is told of each new world
     */
    Writer(Workers workers, World world, long sequence, Optional<Journal> journal, Timeline timeline, Ids ids, Executor answers, Consumer<List<Effect>> effects,
            BiConsumer<World, World> published) {
        this.world = world;
        this.sequence = sequence;
        this.journal = journal;
        this.timeline = timeline;
        this.ids = ids;
        this.answers = answers;
        this.effects = effects;
        this.published = published;
        this.thread = workers.own("kumiki-engine", 1);
    }

    World world() {
        return world;
    }

    /** Queues an input; fails at once if there are too many already. */
    <R> CompletionStage<R> submit(Function<Draft, R> action) {
        Input<R> input = new Input<>(action, new CompletableFuture<>());
        if (closed || !queue.offer(input)) {
            input.answer().completeExceptionally(
                    closed ? shuttingDown() : Refused.unavailable(DatacenterException.Kind.INSTANCE, "engine", "Too many requests are waiting", null));
        } else if (closed) {
            drop(); // it may have come too late to be dropped by whoever closed this
        } else {
            wake();
        }
        return input.answer();
    }

    private void wake() {
        if (awake.compareAndSet(false, true)) {
            try {
                thread.execute(this::drain);
            } catch (RejectedExecutionException e) {
                drop(); // closed by now
            }
        }
    }

    private static DatacenterException shuttingDown() {
        return Refused.unavailable(DatacenterException.Kind.INSTANCE, "engine", "The datacenter is shutting down", null);
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
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("the engine's thread does not end; the journal holds it up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drop();
    }

    private void drop() {
        for (Input<?> input = queue.poll(); input != null; input = queue.poll()) {
            input.answer().completeExceptionally(shuttingDown());
        }
    }

    private void drain() {
        List<Input<?>> batch = new ArrayList<>();
        while (!closed && queue.drainTo(batch, LARGEST_BATCH) > 0) {
            try {
                process(batch);
            } catch (RuntimeException | Error e) { // without this thread nothing would ever happen again
                LOG.error("a batch of {} requests failed", batch.size(), e);
                batch.forEach(input -> input.answer().completeExceptionally(Refused.unavailable(DatacenterException.Kind.INSTANCE, "engine",
                        "The engine failed on this request or on one beside it", e)));
            } finally {
                batch.clear();
            }
        }
        awake.set(false);
        if (!queue.isEmpty()) {
            wake(); // it came while this was falling asleep
        }
    }

    private void process(List<Input<?>> batch) {
        World before = world;
        World after = before;
        List<Step> steps = new ArrayList<>(batch.size());
        List<Entry> entries = new ArrayList<>();
        for (Input<?> input : batch) {
            Step step = step(after, sequence + entries.size(), input);
            if (step != null) {
                steps.add(step);
                entries.addAll(step.entries());
                after = step.world();
            }
        }
        try {
            if (!entries.isEmpty()) {
                journal.get().append(entries);
                sequence += entries.size();
            }
        } catch (RuntimeException | LinkageError e) { // a journal whose bundle is being replaced may lack classes
            LOG.error("the journal could not be written; {} requests are refused", steps.size(), e);
            String hint = e instanceof JournalException j && j.retryable() ? "; try again later" : "";
            DatacenterException refusal = Refused.unavailable(DatacenterException.Kind.INSTANCE, "journal",
                    "The change could not be made durable" + hint, e);
            steps.forEach(step -> answer(() -> step.refuse().accept(refusal)));
            return;
        }
        world = after;
        for (Step step : steps) {
            answer(step.answer());
            if (!step.effects().isEmpty()) {
                effects.accept(step.effects());
            }
        }
        if (after != before) {
            published.accept(before, after);
        }
    }

    /** Carries an input out on a world; one that fails is refused, and leaves no trace. */
    private <R> Step step(World base, long last, Input<R> input) {
        Draft draft = new Draft(base, timeline.instant(), ids);
        try {
            R answer = input.action().apply(draft);
            HostCommands.settle(draft);
            return new Step(draft.build(), entries(last, draft), draft.effects(), () -> input.answer().complete(answer),
                    input.answer()::completeExceptionally);
        } catch (RuntimeException | Error e) {
            answer(() -> input.answer().completeExceptionally(e));
            return null;
        }
    }

    private List<Entry> entries(long last, Draft draft) {
        if (journal.isEmpty()) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>(draft.changes().size());
        for (Change<?, ?> change : draft.changes()) {
            Entry entry = records.entry(last + entries.size() + 1, change);
            if (entry.value().filter(value -> value.length() > LARGEST_ENTRY).isPresent()) {
                throw Refused.invalid(DatacenterException.Kind.INSTANCE, entry.key(), "The " + entry.kind() + " '" + entry.key() + "' is too large");
            }
            entries.add(entry);
        }
        return entries;
    }

    /** When the threads for that have ended already, here: nobody may be left waiting. */
    private void answer(Runnable answer) {
        try {
            answers.execute(answer);
        } catch (RejectedExecutionException e) {
            answer.run();
        }
    }
}
