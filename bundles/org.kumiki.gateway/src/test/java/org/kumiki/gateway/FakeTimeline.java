package org.kumiki.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.kumiki.api.time.Timeline;

/** Time that passes when a test says so. */
class FakeTimeline implements Timeline {

    private record Alarm(Instant at, Runnable task) {
    }

    private Instant now = Instant.EPOCH;
    private final List<Alarm> alarms = new ArrayList<>();

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(now.plus(delay), task);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    void pass(Duration time) {
        now = now.plus(time);
        List<Alarm> due = alarms.stream().filter(alarm -> !alarm.at.isAfter(now)).sorted(Comparator.comparing(Alarm::at)).toList();
        alarms.removeAll(due);
        due.forEach(alarm -> alarm.task.run());
    }

    int alarms() {
        return alarms.size();
    }
}
