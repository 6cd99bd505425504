package org.kumiki.api.object;

/** Why an object cannot be had, or not be put; the {@link #reason()} tells the caller what to do about it. */
public class ObjectException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who must act. */
    public enum Reason {
        NO_SUCH_BUCKET,
        /** There is none, or another one has taken its place. */
        NO_SUCH_OBJECT,
        /** The account may not do this, or not even know whether there is something. */
        DENIED,
        /** Only whoever has the key that it was encrypted with can read it. */
        SEALED,
        /** There is no room for it: the operator must make some. */
        FULL,
        /** It did not work this time: try again later. */
        UNAVAILABLE
    }

    private final Reason reason;

    public ObjectException(Reason reason, String message) {
        this(reason, message, null);
    }

    public ObjectException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
