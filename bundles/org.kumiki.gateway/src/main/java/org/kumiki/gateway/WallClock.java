package org.kumiki.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.time.Timeline;

/** The gateway's own timeline: it must be able to refuse a request in time while the engine, whose timeline all others use, is away. */
final class WallClock implements Timeline {

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "kumiki-gateway-clock");
        thread.setDaemon(true);
        return thread;
    });

    WallClock() {
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    void stop() {
        executor.shutdownNow();
    }
}
