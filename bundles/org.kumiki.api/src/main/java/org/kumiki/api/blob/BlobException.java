package org.kumiki.api.blob;

/** Why a store did not do what it was asked; the {@link #reason()} tells the caller what to do about it. */
public class BlobException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        NO_SUCH_BUCKET, NO_SUCH_BLOB, NO_SUCH_UPLOAD,
        /** A part that was named was not brought. */
        NO_SUCH_PART,
        BUCKET_EXISTS, BUCKET_NOT_EMPTY,
        /** What is on the disk is not what was put there. */
        CORRUPT,
        /** There is no room for it: the operator must make some. */
        FULL,
        /** It did not work this time: try again later. */
        UNAVAILABLE
    }

    private final Reason reason;

    public BlobException(Reason reason, String message) {
        this(reason, message, null);
    }

    public BlobException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
