package org.kumiki.image;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads of a store, and the one place where what went wrong on them becomes a {@link StorageException}. */
final class Background implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final int MOST_WAITING = 1_000;

    /** Something that takes its time. */
    @FunctionalInterface
    interface Job<T> {
        T run() throws IOException;
    }

    private final ExecutorService threads;
    private final Set<CompletableFuture<?>> unfinished = ConcurrentHashMap.newKeySet();

    Background(String name, int count) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(count, count, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), job -> {
            Thread thread = new Thread(job, name);
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    <T> CompletionStage<T> run(Job<T> job) {
        CompletableFuture<T> result = new CompletableFuture<>();
        unfinished.add(result);
        result.whenComplete((value, failure) -> unfinished.remove(result));
        try {
            threads.execute(() -> complete(result, job));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new StorageException(Reason.UNAVAILABLE, "The store has too much to do, or is stopping.", e));
        }
        return result;
    }

    private static <T> void complete(CompletableFuture<T> result, Job<T> job) {
        try {
            result.complete(job.run());
        } catch (StorageException e) {
            result.completeExceptionally(e);
        } catch (IOException e) {
            LOG.warn("The store could not do what it was asked: {}", e.toString());
            result.completeExceptionally(new StorageException(Reason.UNAVAILABLE, "It did not work: " + e.getMessage(), e));
        } catch (RuntimeException | Error e) {
            LOG.error("A defect of the store", e);
            result.completeExceptionally(new StorageException(Reason.UNAVAILABLE, "The store is broken: " + e, e));
        }
    }

    /** Interrupts what runs; that, and what waits, has failed. */
    @Override
    public void close() {
        threads.shutdownNow();
        unfinished.forEach(result -> result.completeExceptionally(new StorageException(Reason.UNAVAILABLE, "The store is stopping.")));
    }
}
