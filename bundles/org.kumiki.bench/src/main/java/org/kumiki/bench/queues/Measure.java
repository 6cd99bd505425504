package org.kumiki.bench.queues;

import java.util.List;

import org.kumiki.bench.Operation;

/**
 * One way of sending, receiving and deleting messages.
 *
 * @param title   for people
 * @param groups  whether the queue keeps them in order
 * @param several ten at a time
 * @param behind  whether a million others wait in the queue
 */
record Measure(String title, boolean groups, boolean several, boolean behind) {

    /** The queue in which messages wait. */
    static final String BACKLOG = "bench-backlog";

    static List<Measure> all() {
        return List.of(
                new Measure("one at a time", false, false, false),
                new Measure("ten at a time", false, true, false),
                new Measure("FIFO, one at a time", true, false, false),
                new Measure("FIFO, ten at a time", true, true, false),
                new Measure("backlog, one at a time", false, false, true),
                new Measure("backlog, ten at a time", false, true, true));
    }

    String queue() {
        return behind ? BACKLOG : "bench";
    }

    int messages() {
        return several ? 10 : 1;
    }

    Operation<Queue> operation() {
        return new Operation<>(title, 100, several ? Queue::ten : Queue::one);
    }
}
