package org.kumiki.wal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commits that wait for the log. The log takes all that have come while it was busy. As clients who wait for the same flush all come again right after
 * it, it gives as many as were in the last batch a moment to come: or the first of them would have a flush of its own, and the others wait for two.
 */
final class CommitQueue<R> {

    /** So much goes into a batch at most, that those at its end need not wait too long. */
    private static final long BATCH = 16 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition enough = lock.newCondition();
    private final Queue<Commit<R>> commits = new ArrayDeque<>();
    private int wanted = 1;
    private boolean closed;

    /** @return whether it will be taken */
    boolean add(Commit<R> commit) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            commits.add(commit);
            if (commits.size() >= wanted || commits.size() == 1) {
                enough.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for some, and a moment for more.
     *
     * @return none if there is nothing more to come
     */
    List<Commit<R>> take(int before, long patienceNanos) {
        lock.lock();
        try {
            wanted = Math.max(1, before);
            while (commits.isEmpty() && !closed) {
                enough.awaitUninterruptibly();
            }
            long patience = patienceNanos;
            while (commits.size() < wanted && !closed && patience > 0) {
                patience = enough.awaitNanos(patience);
            }
            List<Commit<R>> batch = new ArrayList<>(commits.size());
            for (long bytes = 0; !commits.isEmpty() && bytes < BATCH; bytes += batch.get(batch.size() - 1).bytes()) {
                batch.add(commits.remove());
            }
            return batch;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the log", e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            enough.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more, and gives up what has not been taken. */
    List<Commit<R>> abandon() {
        lock.lock();
        try {
            closed = true;
            List<Commit<R>> rest = List.copyOf(commits);
            commits.clear();
            return rest;
        } finally {
            lock.unlock();
        }
    }
}
