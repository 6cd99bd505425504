package org.kumiki.storage.s3;

import java.io.IOException;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What is told of it when something does not work. */
final class Failures {

    private static final int INSUFFICIENT_STORAGE = 507;

    private Failures() {
    }

    /** Of a request that the cluster has refused, or not answered. */
    static BlobException of(String what, SdkException cause) {
        if (!(cause instanceof AwsServiceException refused)) {
            return new BlobException(Reason.UNAVAILABLE, what + ": the cluster does not answer: " + cause.getMessage(), cause);
        }
        return switch (code(refused)) {
            case "QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull", "InsufficientStorage" -> full(what, refused);
            case "NoSuchBucket" -> unavailable(what, "the bucket that is configured is not in the cluster; make it, or configure another", refused);
            case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch" ->
                unavailable(what, "the cluster refuses the credentials that are configured (" + code(refused) + ")", refused);
            default -> refused.statusCode() == INSUFFICIENT_STORAGE ? full(what, refused)
                    : unavailable(what, "the cluster answers " + refused.statusCode() + " " + code(refused), refused);
        };
    }

    static String code(AwsServiceException refused) {
        AwsErrorDetails details = refused.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static BlobException full(String what, Exception cause) {
        return new BlobException(Reason.FULL, what + ": the cluster has no more room, or the quota is used up", cause);
    }

    private static BlobException unavailable(String what, String why, Exception cause) {
        return new BlobException(Reason.UNAVAILABLE, what + ": " + why, cause);
    }

    /** Of a connection that broke while bytes came. */
    static BlobException broken(String what, IOException cause) {
        return unavailable(what, "the connection broke: " + cause.getMessage(), cause);
    }

    static BlobException changed(String name) {
        return new BlobException(Reason.UNAVAILABLE,
                "somebody else has changed " + name + " in the cluster: no two platforms may use the same bucket and prefix");
    }

    static BlobException corrupt(String name, String why) {
        return new BlobException(Reason.CORRUPT, "the cluster's object " + name + " is not what was put there: " + why);
    }

    static BlobException busy() {
        return new BlobException(Reason.UNAVAILABLE, "so many bytes are on their way to the cluster that there is no memory for more");
    }

    static BlobException interrupted() {
        return new BlobException(Reason.UNAVAILABLE, "the thread was told to stop");
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
