package org.kumiki.queue.log;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.wal.DamagedException;
import org.kumiki.wal.Disk;

/** What is told of it when something does not work. */
final class Failures {

    private Failures() {
    }

    /** What the log says, in the words of queues. */
    static RuntimeException of(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof IOException) {
            Reason reason = cause instanceof DamagedException ? Reason.CORRUPT : Disk.isFull(cause) ? Reason.FULL : Reason.UNAVAILABLE;
            return new QueueException(reason, "the log of the queues: " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException known ? known : new QueueException(Reason.UNAVAILABLE, "a defect of the store of queues", cause);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? cause(failure.getCause()) : failure;
    }

    /** A stage that fails with what is wrong itself, and not with a {@link CompletionException} about it. */
    static <T> CompletableFuture<T> plain(CompletionStage<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                plain.complete(value);
            } else {
                plain.completeExceptionally(of(failure));
            }
        });
        return plain;
    }

    static QueueException noQueue(QueueId id) {
        return new QueueException(Reason.NO_SUCH_QUEUE, "there is no queue " + id);
    }

    static QueueException closed() {
        return new QueueException(Reason.UNAVAILABLE, "the store of queues is being closed; ask again");
    }
}
