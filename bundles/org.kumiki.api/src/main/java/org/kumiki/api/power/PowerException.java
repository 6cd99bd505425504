package org.kumiki.api.power;

/** A host could not be switched, or it is not known how it is. The message is for people; the reason says whose turn it is. */
public final class PowerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Reason {

        /** The controller did not answer in time, or in no way that makes sense. Try again later. */
        UNAVAILABLE,
        /** The controller does not let us, or cannot do this. An operator must look. */
        REFUSED,
        /** The controller said that it did it, and nothing shows that it did. The host counts as being in no state that is known. */
        UNPROVEN
    }

    private final Reason reason;

    public PowerException(Reason reason, String message) {
        this(reason, message, null);
    }

    public PowerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
