package org.kumiki.queue.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.kumiki.api.time.Timeline;

/** Time that passes when a test says so. Thread-safe. */
public final class ManualTimeline implements Timeline {

    private record Task(Instant due, Runnable action) {
    }

    private final List<Task> tasks = new ArrayList<>();
    private Instant now;

    public ManualTimeline(Instant now) {
        this.now = now;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized Runnable after(Duration delay, Runnable action) {
        Task task = new Task(now.plus(delay), action);
        tasks.add(task);
        return () -> remove(task);
    }

    private synchronized void remove(Task task) {
        tasks.removeIf(each -> each == task);
    }

    /** Lets time pass, and runs what is due, in order. */
    public void pass(Duration time) {
        List<Task> due;
        synchronized (this) {
            now = now.plus(time);
            due = tasks.stream().filter(task -> !task.due().isAfter(now)).sorted(Comparator.comparing(Task::due)).toList();
            tasks.removeAll(due);
        }
        due.forEach(task -> task.action().run());
    }
}
