package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.kumiki.api.time.Timeline;

/** Work as tasks of a timeline, one after the other, and no thread at all. */
final class InTurn implements Workers {

    private final Timeline timeline;
    private final Instant begin;

    InTurn(Timeline timeline) {
        this.timeline = timeline;
        this.begin = timeline.instant();
    }

    @Override
    public ExecutorService own(String name, int threads) {
        return new Turns(task -> timeline.after(Duration.ZERO, task));
    }

    @Override
    public ExecutorService forPlugIn(String name, int threads, int waiting) {
        return new Turns(Runnable::run);
    }

    @Override
    public <T> CompletableFuture<T> within(Duration patience, CompletableFuture<T> future) {
        if (!future.isDone()) {
            Runnable cancel = timeline.after(patience, () -> future.completeExceptionally(new TimeoutException()));
            future.whenComplete((value, failure) -> cancel.run());
        }
        return future;
    }

    @Override
    public void after(Duration delay, Runnable task) {
        timeline.after(delay, task);
    }

    @Override
    public long nanoTime() {
        return Duration.between(begin, timeline.instant()).toNanos();
    }

    /** An executor whose tasks somebody else runs; what has not begun when it is shut down at once never does. */
    private static final class Turns extends AbstractExecutorService {

        private final Consumer<Runnable> runs;
        private boolean shutDown;
        private boolean stopped;

        Turns(Consumer<Runnable> runs) {
            this.runs = runs;
        }

        @Override
        public void execute(Runnable task) {
            if (shutDown) {
                throw new RejectedExecutionException("nothing is begun any more");
            }
            runs.accept(() -> {
                if (!stopped) {
                    task.run();
                }
            });
        }

        @Override
        public void shutdown() {
            shutDown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutDown = true;
            stopped = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutDown;
        }

        @Override
        public boolean isTerminated() {
            return shutDown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return shutDown;
        }
    }
}
