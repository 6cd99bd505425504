package org.kumiki.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Work on real threads, by the real clock. */
final class OnThreads implements Workers {

    private static final int SECONDS_UNTIL_A_THREAD_ENDS = 30;

    @Override
    public ExecutorService own(String name, int threads) {
        return Executors.newFixedThreadPool(threads, threads == 1 ? task -> daemon(task, name) : numbered(name));
    }

    @Override
    public ExecutorService forPlugIn(String name, int threads, int waiting) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, SECONDS_UNTIL_A_THREAD_ENDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(waiting), numbered(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public <T> CompletableFuture<T> within(Duration patience, CompletableFuture<T> future) {
        return future.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS).execute(task);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    private static ThreadFactory numbered(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> daemon(task, name + "-" + number.incrementAndGet());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
