package org.kumiki.image.p2v;

import java.io.IOException;

/** The machine that is copied did not do what it was asked; the message says why. */
final class SourceException extends IOException {

    private static final long serialVersionUID = 1L;

    SourceException(String message) {
        super(message);
    }
}
