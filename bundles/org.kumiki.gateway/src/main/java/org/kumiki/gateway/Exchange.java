package org.kumiki.gateway;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** One request on its way through the gateway, which it may pass several times: it may wait for its body and for its fa&ccedil;ade. */
final class Exchange {

    /** Names the request attribute that keeps the exchange over asynchronous waits. */
    static final String ATTRIBUTE = Exchange.class.getName();

    final String id;
    final long started = System.nanoTime();
    final String client;
    final String path;
    /** The body, if it is held in memory. */
    byte[] body;
    String facade;
    String action;
    /** Who serves it, from then on. */
    Member member;
    /** How many bytes of memory were set aside for its body. */
    long reserved;
    private boolean finished;
    private Runnable afterwards = () -> { };

    Exchange(String client, String path) {
        ThreadLocalRandom random = ThreadLocalRandom.current(); // an identifier, not a secret
        id = new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() >>> 2 | 0x8000_0000_0000_0000L).toString();
        this.client = client;
        this.path = path;
    }

    /** Answers true once. */
    boolean finish() {
        Runnable last;
        synchronized (this) {
            if (finished) {
                return false;
            }
            finished = true;
            last = afterwards;
        }
        last.run();
        return true;
    }

    /** At once, if that is what it is. */
    void whenFinished(Runnable action) {
        synchronized (this) {
            if (!finished) {
                afterwards = action;
                return;
            }
        }
        action.run();
    }
}
