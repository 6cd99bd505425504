package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.time.Timeline;

/** Time that passes when it is told to, and a clock that somebody sets meanwhile. Tasks wait for what passes, not for what the clock shows. */
final class JumpingClock implements Timeline {

    private record Task(Duration due, Runnable action) {
    }

    private final CopyOnWriteArrayList<Task> tasks = new CopyOnWriteArrayList<>();
    private volatile Duration passed = Duration.ZERO;
    private volatile Duration wrong = Duration.ZERO;

    @Override
    public Instant instant() {
        return Instant.parse("2026-01-01T00:00:00Z").plus(passed).plus(wrong);
    }

    @Override
    public Runnable after(Duration delay, Runnable action) {
        Task task = new Task(passed.plus(delay), action);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    void jump(Duration by) {
        wrong = wrong.plus(by);
    }

    void pass(Duration time) {
        Duration end = passed.plus(time);
        Optional<Task> next = next(end);
        while (next.isPresent()) {
            passed = next.get().due().compareTo(passed) > 0 ? next.get().due() : passed;
            tasks.remove(next.get());
            next.get().action().run();
            next = next(end);
        }
        passed = end;
    }

    private Optional<Task> next(Duration end) {
        return tasks.stream().filter(task -> task.due().compareTo(end) <= 0).min(Comparator.comparing(Task::due));
    }
}
