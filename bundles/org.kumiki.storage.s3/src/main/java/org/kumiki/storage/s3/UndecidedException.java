package org.kumiki.storage.s3;

import org.kumiki.api.blob.BlobException;

/** Nobody knows whether a change has been made, or will be: the cluster did not answer. So nothing that either state needs may be removed. */
final class UndecidedException extends BlobException {

    private static final long serialVersionUID = 1L;

    UndecidedException(BlobException cause) {
        super(cause.reason(), cause.getMessage(), cause);
    }
}
