package org.kumiki.api.journal;

/** The journal could not be read or written; {@link #retryable()} says whether trying again may help (a full disk, say). */
public class JournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    public JournalException(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    public boolean retryable() {
        return retryable;
    }
}
