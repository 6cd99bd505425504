package org.kumiki.aws.signature;

/**
 * A request that was not signed as it must be. Services have codes of their own for the {@link Reason}.
 * <p>
 * It carries no stack trace: anybody can cause as many as he likes.
 */
public class SignatureException extends RuntimeException {

    /** What is wrong with the signature, coarse enough to tell an attacker nothing. */
    public enum Reason {
        /** There is none. */
        MISSING,
        /** There is more than one, or some part of it is given twice: which one counts is not for us to guess. */
        AMBIGUOUS,
        /** A part of it is missing or cannot be read. */
        MALFORMED,
        /** There is no such access key. */
        UNKNOWN_KEY,
        /** The key's secret makes another signature of this request. */
        MISMATCH,
        /** It is too old, or not valid yet, or its clock is wrong. */
        EXPIRED
    }

    private final Reason reason;

    public SignatureException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
