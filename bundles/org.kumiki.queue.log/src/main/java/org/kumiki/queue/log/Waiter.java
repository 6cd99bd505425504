package org.kumiki.queue.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Receive;

/** Somebody who has asked for messages and has none yet. */
record Waiter(Receive receive, CompletableFuture<List<Delivery>> answer) {

    static Waiter of(Receive receive) {
        return new Waiter(receive, new CompletableFuture<>());
    }

    /** Whether he wants no more: he has been answered, or has called it off. */
    boolean isDone() {
        return answer.isDone();
    }
}
