package org.kumiki.storage.file;

import java.io.IOException;
import java.util.Locale;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;

/** What is told of it when something does not work. */
final class Failures {

    private Failures() {
    }

    /** @param what did not work */
    static BlobException of(String what, IOException cause) {
        return new BlobException(isFull(cause) ? Reason.FULL : Reason.UNAVAILABLE, what + ": " + cause.getMessage(), cause);
    }

    /** Java tells a full disk by the words of the operating system only. */
    private static boolean isFull(IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    static BlobException closed() {
        return new BlobException(Reason.UNAVAILABLE, "the store of blobs is being closed");
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
