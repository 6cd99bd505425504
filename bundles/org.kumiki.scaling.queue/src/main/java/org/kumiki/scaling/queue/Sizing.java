package org.kumiki.scaling.queue;

import java.time.Duration;
import java.time.Instant;

/**
 * How many workers there should be. Pure.
 * <p>
 * It keeps the length of the queue for each worker at a target, what Amazon calls the <i>backlog per instance</i>
 * (Amazon EC2 Auto Scaling User Guide, "Scaling policy based on Amazon SQS"). It grows at once, and shrinks to the largest number that was wanted of late, as the
 * <i>stabilization window</i> of Kubernetes' HorizontalPodAutoscaler does: a queue that is short for a moment ends nobody.
 *
 * @param messagesPerWorker the target
 * @param calm              how far back <i>of late</i> goes
 */
record Sizing(int least, int most, int messagesPerWorker, Duration calm) {

    Sizing {
        if (least < 0 || most < Math.max(1, least)) {
            throw new IllegalArgumentException("there cannot be from " + least + " to " + most + " workers: least is 0 or more, most is 1 or more and no less");
        }
        if (messagesPerWorker < 1) {
            throw new IllegalArgumentException("messagesPerWorker is " + messagesPerWorker + ", and must be 1 or more");
        }
        if (calm.isNegative()) {
            throw new IllegalArgumentException("calmSeconds is negative");
        }
    }

    /** What the queue asks for at this moment. */
    int wanted(long messages) {
        long workers = (messages + messagesPerWorker - 1) / messagesPerWorker;
        return (int) Math.max(least, Math.min(most, workers));
    }

    /**
     * @param messages that wait or are being worked on: a worker that has the last one is still wanted
     * @param workers  that there are
     * @param memory   of the times before
     */
    Decision decide(Memory memory, Instant now, long messages, int workers) {
        int wanted = wanted(messages);
        Memory after = memory.and(now, wanted).since(now.minus(calm));
        int size = wanted >= workers ? wanted : Math.min(workers, Math.max(least, after.highest()));
        return new Decision(Math.min(size, most), wanted, after);
    }

    /**
     * What is to be done.
     *
     * @param size   the number of workers that there are to be now
     * @param wanted what the queue asks for; fewer than {@code size} while it has not been calm for long enough
     * @param memory for the next time
     */
    record Decision(int size, int wanted, Memory memory) {
    }
}
