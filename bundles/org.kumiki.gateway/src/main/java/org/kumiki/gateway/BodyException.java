package org.kumiki.gateway;

import java.io.IOException;

/** A body that is not taken, and the refusal that its client gets. It is an IOException since a fa&ccedil;ade may meet it when it reads. */
class BodyException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient AwsError error;

    BodyException(AwsError error) {
        super(error.message());
        this.error = error;
    }

    AwsError error() {
        return error;
    }
}
