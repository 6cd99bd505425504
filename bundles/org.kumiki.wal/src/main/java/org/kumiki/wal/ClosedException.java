package org.kumiki.wal;

import java.io.IOException;

/** The log takes no more records: it is being closed, or has failed in a way that only a new start gets it out of. */
public final class ClosedException extends IOException {

    private static final long serialVersionUID = 1L;

    ClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
