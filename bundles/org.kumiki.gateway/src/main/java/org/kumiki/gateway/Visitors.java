package org.kumiki.gateway;

import java.time.Duration;

/** Counts who is inside, and lets the last one turn off the light. */
final class Visitors {

    private int inside;
    private boolean closed;

    /** Goes in, unless it is closed. */
    synchronized boolean enter() {
        if (closed) {
            return false;
        }
        inside++;
        return true;
    }

    synchronized void leave() {
        inside--;
        if (closed && inside == 0) {
            notifyAll();
        }
    }

    /**
     * Lets nobody in any more and waits until all have left, or until patience ends.
     *
     * @return how many are still inside
     */
    synchronized int close(Duration patience) {
        closed = true;
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toMillis(); inside > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return inside;
    }
}
