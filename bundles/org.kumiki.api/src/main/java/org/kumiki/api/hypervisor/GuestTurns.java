package org.kumiki.api.hypervisor;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;

/**
 * One call a guest at a time: calls for one guest take turns, those for different guests do not wait for each other.
 * <p>
 * Thread-safe. A turn may begin another one of the same guest on the same thread.
 */
public final class GuestTurns {

    private final Map<InstanceId, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** What is done in a turn. */
    @FunctionalInterface
    public interface Turn<T> {

        T take() throws IOException, InterruptedException;
    }

    /**
     * Waits for a guest's turn and takes it.
     *
     * @throws HypervisorException what the turn throws; of reason {@link Reason#UNAVAILABLE}, if that is an {@link IOException}, or if
     *         this thread is interrupted, which it then still is
     */
    public <T> T alone(InstanceId guest, Turn<T> turn) {
        try {
            ReentrantLock lock = lock(guest);
            try {
                return turn.take();
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Reason.UNAVAILABLE, "interrupted", e);
        }
    }

    /** Keeps nothing of a guest any more. To be called in the turn that destroys it; whoever waits then has a turn after that one. */
    public void forget(InstanceId guest) {
        locks.remove(guest);
    }

    private ReentrantLock lock(InstanceId guest) throws InterruptedException {
        while (true) {
            ReentrantLock lock = locks.computeIfAbsent(guest, each -> new ReentrantLock());
            lock.lockInterruptibly();
            if (locks.get(guest) == lock) {
                return lock;
            }
            lock.unlock(); // it was forgotten while we waited
        }
    }
}
