package org.kumiki.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import com.amazonaws.SdkBaseException;

import software.amazon.awssdk.core.exception.SdkException;

/** Clients that make one request after the other. Each is made once: what fails has failed, and they all stop. Closing them stops them, too. */
final class Clients implements AutoCloseable {

    private static final Duration TO_STOP = Duration.ofSeconds(90);

    /** How many were answered, by what was asked for. */
    final Map<String, Integer> answered = new ConcurrentHashMap<>();
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** @param act is done again and again, by the one client */
    void add(Runnable act) {
        Thread thread = new Thread(() -> {
            while (!stopped) {
                act.run();
            }
        }, "client-" + threads.size());
        threads.add(thread);
        thread.start();
    }

    /** A client asks for something. */
    void request(String what, Runnable call) {
        try {
            call.run();
            answered.merge(what, 1, Integer::sum);
            requests.incrementAndGet();
        } catch (SdkException | SdkBaseException e) {
            failures.add(what + ": " + e.getMessage());
            stopped = true;
        }
    }

    /** Waits until so many more requests were answered. */
    void more(int number) {
        long goal = requests.get() + number;
        Await.until(number + " more requests", Duration.ofSeconds(120), () -> requests.get() >= goal || stopped);
        if (stopped) {
            throw new AssertionError("a request failed: " + failures);
        }
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(TO_STOP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " hangs");
            }
        }
    }
}
