package org.kumiki.storage.file;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.wal.Disk;

/** What is told of it when something does not work. */
final class Failures {

    private Failures() {
    }

    /** @param what did not work */
    static BlobException of(String what, Throwable cause) {
        return new BlobException(Disk.isFull(cause) ? Reason.FULL : Reason.UNAVAILABLE, what + ": " + cause.getMessage(), cause);
    }

    static BlobException noBucket(String bucket) {
        return new BlobException(Reason.NO_SUCH_BUCKET, "there is no bucket " + bucket);
    }

    static BlobException noBlob(String bucket, String key) {
        return new BlobException(Reason.NO_SUCH_BLOB, "there is no such blob in the bucket " + bucket + ": " + key);
    }

    static BlobException noUpload(String id) {
        return new BlobException(Reason.NO_SUCH_UPLOAD, "there is no upload " + id);
    }
}
