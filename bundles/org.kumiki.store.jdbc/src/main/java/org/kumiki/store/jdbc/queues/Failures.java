package org.kumiki.store.jdbc.queues;

import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletionException;

import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;

/** What is told of it when something does not work. */
final class Failures {

    private static final String FULL = "53100";
    private static final Set<String> DAMAGED = Set.of("XX001", "XX002");
    private static final Set<String> LOST_A_RACE = Set.of("40001", "40P01");

    private Failures() {
    }

    /** What the database says, in the words of queues. */
    static QueueException of(SQLException failure) {
        String state = state(failure);
        Reason reason = state.equals(FULL) ? Reason.FULL : DAMAGED.contains(state) ? Reason.CORRUPT : Reason.UNAVAILABLE;
        return new QueueException(reason, "the database of the queues: " + failure.getMessage(), failure);
    }

    /** What is wrong itself, and not an exception about it. */
    static Throwable plain(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? plain(failure.getCause()) : failure;
    }

    /** Whether transactions have got into each other's way: the same once more may work. */
    static boolean hasLostARace(SQLException failure) {
        return LOST_A_RACE.contains(state(failure));
    }

    /** Whether there is no connection any more: class 08, or the server goes down. */
    static boolean isDisconnection(SQLException failure) {
        return state(failure).startsWith("08") || state(failure).startsWith("57P");
    }

    private static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }

    static QueueException noQueue(QueueId id) {
        return new QueueException(Reason.NO_SUCH_QUEUE, "there is no queue " + id);
    }

    static QueueException closed() {
        return new QueueException(Reason.UNAVAILABLE, "the store of queues is being closed; ask again");
    }

    static QueueException tooManyInFlight(QueueId id) {
        return new QueueException(Reason.TOO_MANY_IN_FLIGHT, "as many messages of the queue " + id
                + " are in flight as may be: delete some that have been received, or wait until their time is up");
    }
}
