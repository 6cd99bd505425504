package org.kumiki.api.storage;

/** Why a store did not do what it was asked; the {@link #reason()} tells the caller what to do about it. */
public class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who must act. */
    public enum Reason {
        /** There is no such thing in the store. */
        NOT_FOUND,
        /** The input is refused, and would be again: the client must change it. */
        REFUSED,
        /** There is no room for it: the operator must make some. */
        FULL,
        /** It did not work this time: try again later. */
        UNAVAILABLE
    }

    private final Reason reason;

    public StorageException(Reason reason, String message) {
        this(reason, message, null);
    }

    public StorageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
