package org.kumiki.twin.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import org.kumiki.api.time.Timeline;

/**
 * Time that passes as fast as what happens in it is computed. Tasks run in the order in which they are due, and those that are due at one
 * moment in the order in which they were asked for. Not thread-safe: whoever winds it runs its tasks, and they ask for others.
 */
public final class VirtualTimeline implements Timeline {

    private record Due(long nanos, long number) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            int earlier = Long.compare(nanos, other.nanos);
            return earlier != 0 ? earlier : Long.compare(number, other.number);
        }
    }

    private final Instant begin;
    private final TreeMap<Due, Runnable> tasks = new TreeMap<>();
    private long nanos;
    private long asked;
    private long ran;

    public VirtualTimeline(Instant begin) {
        this.begin = begin;
    }

    @Override
    public Instant instant() {
        return begin.plusNanos(nanos);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Due due = new Due(nanos + Math.max(0, delay.toNanos()), asked++);
        tasks.put(due, task);
        return () -> tasks.remove(due);
    }

    /** Runs all tasks that are due until a moment, which it is then. What a task throws ends it there. */
    public void runUntil(Instant end) {
        runUntil(end, () -> { });
    }

    /** @param between runs after each task; what it throws ends it too */
    void runUntil(Instant end, Runnable between) {
        long last = Duration.between(begin, end).toNanos();
        for (Map.Entry<Due, Runnable> first = tasks.firstEntry(); first != null && first.getKey().nanos <= last; first = tasks.firstEntry()) {
            tasks.remove(first.getKey());
            nanos = first.getKey().nanos;
            ran++;
            first.getValue().run();
            between.run();
        }
        nanos = Math.max(nanos, last);
    }

    /** In seconds, since it began. */
    public double seconds() {
        return nanos / 1e9;
    }

    /** How many tasks have run. */
    public long ran() {
        return ran;
    }
}
