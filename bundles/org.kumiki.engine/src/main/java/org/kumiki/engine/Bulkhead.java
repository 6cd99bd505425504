package org.kumiki.engine;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads of its own for one plug-in, so that one that hangs holds up nobody else. Every call has a deadline, after which its thread is
 * interrupted and its caller is told. Thread-safe.
 */
final class Bulkhead implements AutoCloseable {

    private final String name;
    private final ThreadPoolExecutor threads;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    Bulkhead(String name, int size, int waiting) {
        this.name = name;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs a call; the future fails with what it threw, or with a {@link TimeoutException}. */
    <T> CompletableFuture<T> call(Callable<T> call, Duration deadline) {
        calls.incrementAndGet();
        CompletableFuture<T> result = new CompletableFuture<>();
        Future<?> task;
        try {
            task = threads.submit(() -> {
                try {
                    result.complete(call.call());
                } catch (Throwable e) { // whatever a plug-in throws, an Error too, is its failure and not ours
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
            return result;
        }
        result.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).whenComplete((value, failure) -> {
            if (failure instanceof TimeoutException) {
                task.cancel(true);
            }
        });
        return result;
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

    String name() {
        return name;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
