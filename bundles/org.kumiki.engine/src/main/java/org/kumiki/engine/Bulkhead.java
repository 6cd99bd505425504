package org.kumiki.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads of its own for one plug-in, so that one that hangs holds up nobody else. Every call has a deadline, after which its thread is
 * interrupted and its caller is told. The time that a call waits for others does not count against the plug-in; when there is too much of
 * it, the call is {@link Crowded}. Thread-safe.
 */
final class Bulkhead implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** The plug-in was not asked, since too many others were before. */
    static final class Crowded extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Crowded(String name) {
            super("too many calls of " + name + " are waiting", null, false, false);
        }
    }

    /** Where a call is, as far as its thread is concerned. */
    private enum Stage {
        RUNNING, ENDED, OVERDUE
    }

    private final String name;
    private final Workers workers;
    private final ExecutorService threads;
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger overdue = new AtomicInteger();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean closed;

    Bulkhead(Workers workers, String name, int size, int waiting) {
        this.name = name;
        this.workers = workers;
        this.threads = workers.forPlugIn(name, size, waiting);
    }

    /** Makes a call, and waits for what it answers; the future fails with what it threw, or with a {@link TimeoutException}. */
    <T> CompletableFuture<T> call(Callable<? extends CompletionStage<T>> call, Duration deadline) {
        calls.incrementAndGet();
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        AtomicReference<Stage> stage = new AtomicReference<>(Stage.RUNNING);
        FutureTask<Void> task = new FutureTask<>(() -> {
            begun.complete(null);
            workers.within(deadline, result);
            try {
                make(call, result);
            } finally {
                if (!stage.compareAndSet(Stage.RUNNING, Stage.ENDED)) {
                    overdue.decrementAndGet();
                }
            }
            return null;
        });
        open.add(result);
        result.whenComplete((value, failure) -> {
            open.remove(result);
            begun.complete(null);
            if (failure instanceof TimeoutException && stage.compareAndSet(Stage.RUNNING, Stage.OVERDUE)) {
                overdue.incrementAndGet();
            }
            if (failure instanceof TimeoutException || failure instanceof Crowded) {
                task.cancel(true);
            }
        });
        if (closed) {
            result.completeExceptionally(gone());
            return result;
        }
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(closed ? gone() : new Crowded(name));
            return result;
        }
        workers.within(LONGEST_WAIT, begun).whenComplete((done, late) -> {
            if (late != null) {
                result.completeExceptionally(new Crowded(name));
            }
        });
        if (closed) {
            result.completeExceptionally(gone());
        }
        return result;
    }

    private static <T> void make(Callable<? extends CompletionStage<T>> call, CompletableFuture<T> result) {
        try {
            call.call().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(Drivers.unwrapped(failure));
                }
            });
        } catch (Throwable e) { // whatever a plug-in throws, an Error too, is its failure and not ours
            result.completeExceptionally(e);
        }
    }

    private IllegalStateException gone() {
        return new IllegalStateException(name + " is gone");
    }

    /** How many threads are with calls whose deadline is over. They were interrupted, and most come back; some never do. */
    int overdue() {
        return overdue.get();
    }

    void failed() {
        failures.incrementAndGet();
    }

    long calls() {
        return calls.get();
    }

    long failures() {
        return failures.get();
    }

    /** Interrupts what is under way. Whoever waits for an answer is told that there will be none. */
    @Override
    public void close() {
        closed = true;
        open.forEach(result -> result.completeExceptionally(gone())); // before a call that is interrupted can answer
        threads.shutdownNow();
    }
}
