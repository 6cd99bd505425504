package org.kumiki.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

import org.kumiki.api.time.Timeline;

/**
 * Where the engine's work is done. Whatever it does on another thread than its caller's, or gives up after a while, goes through here, and
 * nothing else in it knows what a thread is: so the same engine runs on real threads, and without any in virtual time.
 */
interface Workers {

    /** On threads, and with deadlines of the real clock. */
    static Workers threads() {
        return new OnThreads();
    }

    /**
     * One thing after the other, as tasks of a timeline: what is done then depends on nothing but the order of those tasks. Plug-ins are called
     * on the thread of whoever calls them, so that one that hangs hangs the timeline.
     */
    static Workers inTurn(Timeline timeline) {
        return new InTurn(timeline);
    }

    /** So many threads of a name for what the engine does itself; in turn, one after the other and never at once. */
    ExecutorService own(String name, int threads);

    /**
     * At most so many threads of a name for one plug-in, which end when there is nothing to do; in turn, that of whoever calls it.
     *
     * @param waiting how many calls may wait for a thread; those that are one too many are rejected
     */
    ExecutorService forPlugIn(String name, int threads, int waiting);

    /** Has a future fail with a {@link java.util.concurrent.TimeoutException} if it is not complete in time; answers the same future. */
    <T> CompletableFuture<T> within(Duration patience, CompletableFuture<T> future);

    /** Runs something short once, later. */
    void after(Duration delay, Runnable task);

    /** Time that never goes back, as {@link System#nanoTime()}. */
    long nanoTime();
}
