package org.kumiki.storage.s3;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** Threads that ask the cluster for several things at a time. None of their tasks waits for another one. */
final class Workers implements AutoCloseable {

    private static final int THREADS = 16;

    private final AtomicInteger started = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "kumiki-cluster-" + started.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    <T> CompletableFuture<T> start(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, threads);
    }

    /** What comes of each, in their order; one alone is done by the caller's thread. */
    <T, R> List<R> all(List<T> inputs, Function<T, R> task) {
        if (inputs.size() < 2) {
            return inputs.stream().map(task).toList();
        }
        List<CompletableFuture<R>> results = inputs.stream().map(input -> start(() -> task.apply(input))).toList();
        return results.stream().map(Workers::join).toList();
    }

    /** @throws RuntimeException whatever the task threw */
    static <T> T join(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
