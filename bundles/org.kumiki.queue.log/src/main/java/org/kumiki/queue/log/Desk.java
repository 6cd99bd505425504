package org.kumiki.queue.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.kumiki.api.queue.QueueId;
import org.kumiki.api.time.Timeline;
import org.kumiki.queue.log.Change.Gone;
import org.kumiki.wal.WriteAheadLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What everybody needs who decides on messages.
 *
 * @param queues  whose lock is held while something is decided
 * @param answers completes stages
 */
record Desk(Queues queues, WriteAheadLog<Change> log, Receipts receipts, Timeline time, Executor answers) {

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private static final int OLD_AT_ONCE = 1_000;

    long now() {
        return time.instant().toEpochMilli();
    }

    /** @return when something is over, for good */
    static long after(long now, Duration time) {
        return now + time.toMillis();
    }

    LiveQueue queue(QueueId id) {
        return queues.find(id).orElseThrow(() -> Failures.noQueue(id));
    }

    /**
     * Writes changes down. Whoever calls holds the lock.
     *
     * @param settle runs under the lock when the changes are carried out, or have failed
     * @return completed after that
     */
    CompletableFuture<Void> write(LiveQueue queue, List<Change> changes, Runnable settle) {
        CompletableFuture<Void> settled = log.append(changes).handle((done, failure) -> {
            synchronized (queues) {
                settle.run();
            }
            if (failure != null) {
                throw Failures.of(failure);
            }
            return null;
        });
        queue.changes(settled.exceptionally(failure -> null));
        return settled;
    }

    /**
     * Lets time pass in a queue: what is due becomes visible, and what is too old goes. The log is told, but not waited for: what it does not hear of goes
     * after the next start. Whoever calls holds the lock.
     */
    void passTime(LiveQueue queue, long now) {
        queue.wake(now);
        for (List<Long> old = queue.removeOld(OLD_AT_ONCE, now); !old.isEmpty(); old = queue.removeOld(OLD_AT_ONCE, now)) {
            write(queue, List.of(new Gone(queue.number(), old)), () -> {
            }).exceptionally(failure -> {
                LOG.debug("Messages of {} that were too old are still in the log", queue.settings().id(), failure);
                return null;
            });
        }
    }
}
