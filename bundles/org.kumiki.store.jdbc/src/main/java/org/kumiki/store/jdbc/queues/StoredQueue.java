package org.kumiki.store.jdbc.queues;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;

/**
 * A queue as a transaction has found it.
 *
 * @param number of its rows; another queue of the same name, later, has another one
 */
record StoredQueue(long number, MessageQueue queue) {

    QueueId id() {
        return queue.id();
    }

    QueueSettings settings() {
        return queue.settings();
    }

    boolean grouped() {
        return settings().ordering().grouped();
    }

    long delay() {
        return settings().delay().toMillis();
    }
}
