package org.kumiki.hypervisor.simulated;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

import org.kumiki.api.time.Timeline;

/** Time that passes only when the test says so. */
final class VirtualTimeline implements Timeline {

    private record Task(Instant at, long order, Runnable body) {
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparing(Task::at).thenComparing(Task::order));
    private Instant now = Instant.EPOCH;
    private long order;

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable body) {
        Task task = new Task(now.plus(delay), order++, body);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    void pass(Duration time) {
        Instant until = now.plus(time);
        while (!tasks.isEmpty() && !tasks.peek().at().isAfter(until)) {
            Task task = tasks.poll();
            now = task.at();
            task.body().run();
        }
        now = until;
    }
}
