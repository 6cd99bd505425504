package org.kumiki.aws.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.kumiki.api.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events for one queue, which are sent one after the other while others' wait or not. What cannot be sent is tried again, less and less often, and
 * given up after a day, or when too many wait.
 */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int BATCH = 50;
    private static final int MOST = 100_000;
    private static final int SLOWEST_SHIFT = 6;
    private static final Duration AT_LAST = Duration.ofDays(1);

    private final String queue;
    private final Destinations destinations;
    private final Consumer<Event> done;
    private final ScheduledExecutorService threads;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Event> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean();
    private int failures;
    private volatile String trouble = "";

    /** @param done forgets an event, for ever */
    Lane(String queue, Destinations destinations, Consumer<Event> done, ScheduledExecutorService threads, Clock clock) {
        this.queue = queue;
        this.destinations = destinations;
        this.done = done;
        this.threads = threads;
        this.clock = clock;
    }

    String queue() {
        return queue;
    }

    int waiting() {
        return count.get();
    }

    /** Why nothing is sent at the moment; empty if it is. */
    String trouble() {
        return trouble;
    }

    void add(Event event) {
        waiting.add(event);
        count.incrementAndGet();
        wake();
    }

    private void wake() {
        if (!waiting.isEmpty() && busy.compareAndSet(false, true)) {
            threads.execute(this::step);
        }
    }

    /** On one thread at a time. */
    private void step() {
        Optional<String> failure = attempt();
        if (failure.isPresent()) {
            failures++;
            if (!failure.get().equals(trouble)) {
                LOG.warn("{} events wait for the queue {}: {}; they are tried again", count, queue, failure.get());
            }
            trouble = failure.get();
            threads.schedule(this::step, 1L << Math.min(failures - 1, SLOWEST_SHIFT), TimeUnit.SECONDS);
            return;
        }
        if (!trouble.isEmpty()) {
            LOG.info("the queue {} takes events again", queue);
        }
        trouble = "";
        failures = 0;
        busy.set(false);
        wake();
    }

    /** @return why the first events stay; nothing if they do not */
    private Optional<String> attempt() {
        try {
            giveUp();
            List<Event> batch = first();
            Iterator<Event> events = batch.iterator();
            while (events.hasNext()) {
                Event event = events.next();
                Optional<String> refusal = destinations.refusal(queue, event.bucket(), event.owner());
                if (refusal.isPresent()) {
                    LOG.warn("an event of the bucket {} for the queue {} is given up: {}", event.bucket(), queue, refusal.get());
                    forget(event);
                    events.remove();
                }
            }
            if (!batch.isEmpty()) {
                destinations.send(queue, batch.stream().map(Event::json).toList());
                batch.forEach(this::forget);
            }
            return Optional.empty();
        } catch (QueueException e) {
            if (e.reason() == QueueException.Reason.NO_SUCH_QUEUE) {
                return Optional.empty(); // it has just gone: the next attempt finds that out
            }
            return Optional.of(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("sending events to the queue {} failed", queue, e);
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private List<Event> first() {
        List<Event> batch = new ArrayList<>();
        Iterator<Event> events = waiting.iterator();
        while (events.hasNext() && batch.size() < BATCH) {
            batch.add(events.next());
        }
        return batch;
    }

    private void giveUp() {
        Instant oldest = clock.instant().minus(AT_LAST);
        int before = count.get();
        for (Event event = waiting.peek(); event != null && (count.get() > MOST || event.time().isBefore(oldest)); event = waiting.peek()) {
            forget(event);
        }
        if (count.get() < before) {
            LOG.warn("events for the queue {} are given up, since they could not be sent for too long: {}", queue, before - count.get());
        }
    }

    /** The events that are forgotten are the first ones. */
    private void forget(Event event) {
        done.accept(event);
        waiting.remove(event);
        count.decrementAndGet();
    }
}
