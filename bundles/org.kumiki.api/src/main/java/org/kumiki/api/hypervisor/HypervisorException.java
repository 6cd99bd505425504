package org.kumiki.api.hypervisor;

/** Why a driver did not do what it was asked; the {@link #reason()} tells the engine what to do about it. */
public class HypervisorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who must act. */
    public enum Reason {
        /** There is no such guest or host. */
        NOT_FOUND,
        /** The guest is in a state that does not allow this. */
        CONFLICT,
        /** The host lacks resources: another host may have them. */
        EXHAUSTED,
        /** This technology never does this: do not try again. */
        UNSUPPORTED,
        /** The request itself is refused on every host. */
        REFUSED,
        /** The host did not do it this time: try again later, or elsewhere. */
        UNAVAILABLE
    }

    private final Reason reason;

    public HypervisorException(Reason reason, String message) {
        this(reason, message, null);
    }

    public HypervisorException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
