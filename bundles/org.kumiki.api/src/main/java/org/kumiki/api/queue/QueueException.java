package org.kumiki.api.queue;

/** Why a store did not do what it was asked; the {@link #reason()} tells the caller what to do about it. */
public class QueueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        NO_SUCH_QUEUE, QUEUE_EXISTS,
        /** So many messages are in flight that no more are delivered before some have been dealt with. */
        TOO_MANY_IN_FLIGHT,
        /** What is on the disk is not what was put there. */
        CORRUPT,
        /** There is no room for it: the operator must make some. */
        FULL,
        /** It did not work this time: try again later. */
        UNAVAILABLE
    }

    private final Reason reason;

    public QueueException(Reason reason, String message) {
        this(reason, message, null);
    }

    public QueueException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
