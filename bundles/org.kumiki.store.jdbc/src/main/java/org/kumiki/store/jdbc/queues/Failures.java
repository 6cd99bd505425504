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

    /** What the database says, in the words of queues, and what to do about it. */
    static QueueException of(SQLException failure) {
        String state = state(failure);
        Reason reason = state.equals(FULL) ? Reason.FULL : DAMAGED.contains(state) ? Reason.CORRUPT : Reason.UNAVAILABLE;
        return new QueueException(reason, "the database of the queues: " + failure.getMessage() + advice(state), failure);
    }

    /** As {@link #of(SQLException)}, if it is of the database. */
    static QueueException of(Exception failure) {
        return failure instanceof SQLException ofDatabase ? of(ofDatabase)
                : failure instanceof QueueException known ? known : new QueueException(Reason.UNAVAILABLE, failure.toString(), failure);
    }

    private static String advice(String state) {
        return switch (state) {
            case "28P01", "28000" -> ": correct user and .password in the configuration " + PgQueueStore.PID + ", or let him in (pg_hba.conf)";
            case "3D000", "3F000" -> ": make it, or correct the url in the configuration " + PgQueueStore.PID;
            case "42501" -> ": let the user make tables in the schema (grant create, usage on schema ... to ...), or give him one of his own";
            case "25006" -> ": this one is a copy; the url must be the primary's";
            case "53300" -> ": raise its max_connections, or lower connections in the configuration " + PgQueueStore.PID;
            case "42P01" -> ": the tables of the queues are gone; make them anew by restarting the control plane, or restore them";
            case "57014" -> ": the database is slow, or the queue is large; ask again";
            case FULL -> ": make room on its disk";
            default -> isDisconnection(state) ? ": start it, or correct the url in the configuration " + PgQueueStore.PID : "";
        };
    }

    /** What is wrong itself, and not an exception about it. */
    static Throwable plain(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? plain(failure.getCause()) : failure;
    }

    /** Whether transactions have got into each other's way: the same once more may work. */
    static boolean hasLostARace(SQLException failure) {
        return LOST_A_RACE.contains(state(failure));
    }

    /** Whether there is no connection any more: class 08, the server goes down, or it has given up waiting for us. */
    static boolean isDisconnection(SQLException failure) {
        return isDisconnection(state(failure));
    }

    private static boolean isDisconnection(String state) {
        return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03");
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
