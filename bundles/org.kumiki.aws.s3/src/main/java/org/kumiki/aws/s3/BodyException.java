package org.kumiki.aws.s3;

import java.io.IOException;

/** A body that is not what its request said. As it is found while the body is read, it must pass through streams. */
final class BodyException extends IOException {

    private static final long serialVersionUID = 1L;

    private final S3Exception refusal;

    BodyException(S3Exception refusal) {
        super(refusal.getMessage());
        this.refusal = refusal;
    }

    S3Exception refusal() {
        return refusal;
    }
}
