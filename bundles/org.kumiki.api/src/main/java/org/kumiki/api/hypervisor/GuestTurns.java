package org.kumiki.api.hypervisor;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One call a guest at a time: calls for one guest take turns, those for different guests do not wait for each other.
 * <p>
 * Thread-safe. A turn may begin another one of the same guest on the same thread.
 */
public final class GuestTurns {

    private final Map<InstanceId, TurnLock> locks = new ConcurrentHashMap<>();

    private static final class TurnLock extends ReentrantLock {

        private static final long serialVersionUID = 1L;

        /** Of whoever holds it. */
        private boolean forgotten;
    }

    /** What is done in a turn. */
    @ConsumerType
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
            TurnLock lock = lock(guest);
            try {
                return turn.take();
            } finally {
                if (lock.forgotten && lock.getHoldCount() == 1) {
                    locks.remove(guest, lock); // not before: a newcomer would not wait for the rest of this turn
                }
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
        TurnLock lock = locks.get(guest);
        if (lock != null && lock.isHeldByCurrentThread()) {
            lock.forgotten = true;
        }
    }

    private TurnLock lock(InstanceId guest) throws InterruptedException {
        while (true) {
            TurnLock lock = locks.computeIfAbsent(guest, each -> new TurnLock());
            lock.lockInterruptibly();
            if (locks.get(guest) == lock) {
                return lock;
            }
            lock.unlock(); // it was forgotten while we waited
        }
    }
}
