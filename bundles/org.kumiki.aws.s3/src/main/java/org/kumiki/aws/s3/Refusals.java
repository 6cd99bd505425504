package org.kumiki.aws.s3;

import java.io.IOException;
import java.util.Optional;

import org.kumiki.api.blob.BlobException;
import org.kumiki.aws.signature.SignatureException;
import org.kumiki.aws.wire.AwsException;

/** What S3 calls a failure of the layers below. */
final class Refusals {

    private Refusals() {
    }

    /** Empty for what is nobody's fault but ours. */
    static Optional<S3Exception> of(Throwable failure, boolean presigned) {
        if (failure instanceof S3Exception refusal) {
            return Optional.of(refusal);
        }
        if (failure instanceof BodyException body) {
            return Optional.of(body.refusal());
        }
        if (failure instanceof SignatureException signature) {
            return Optional.of(of(signature, presigned));
        }
        if (failure instanceof BlobException blob) {
            return of(blob);
        }
        if (failure instanceof AwsException query) {
            return Optional.of(S3Exception.invalid(query.getMessage()));
        }
        return failure instanceof IOException ? Optional.of(S3Exception.incompleteBody()) : Optional.empty();
    }

    private static S3Exception of(SignatureException e, boolean presigned) {
        return switch (e.reason()) {
            case MISSING -> S3Exception.denied();
            case AMBIGUOUS -> S3Exception.invalid(e.getMessage());
            case MALFORMED -> malformed(e, presigned);
            case UNKNOWN_KEY -> new S3Exception(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
            case MISMATCH -> new S3Exception(403, "SignatureDoesNotMatch", e.getMessage());
            case EXPIRED -> presigned ? S3Exception.denied("Request has expired")
                    : new S3Exception(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
        };
    }

    private static S3Exception malformed(SignatureException e, boolean presigned) {
        if (presigned) {
            return new S3Exception(400, "AuthorizationQueryParametersError", e.getMessage());
        }
        boolean date = e.getMessage().contains("date") || e.getMessage().contains("Date") || e.getMessage().contains("must cover the header");
        return date ? S3Exception.denied(e.getMessage()) : new S3Exception(400, "AuthorizationHeaderMalformed", e.getMessage());
    }

    private static Optional<S3Exception> of(BlobException e) {
        return switch (e.reason()) {
            case NO_SUCH_BUCKET -> Optional.of(S3Exception.noSuchBucket(null));
            case NO_SUCH_BLOB -> Optional.of(S3Exception.noSuchKey(null));
            case NO_SUCH_UPLOAD -> Optional.of(S3Exception.noSuchUpload(null));
            case NO_SUCH_PART -> Optional.of(new S3Exception(400, "InvalidPart", "One or more of the specified parts could not be found."));
            case BUCKET_EXISTS -> Optional.of(new S3Exception(409, "BucketAlreadyExists", "The requested bucket name is not available."));
            case BUCKET_NOT_EMPTY -> Optional.of(new S3Exception(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"));
            case FULL -> Optional.of(new S3Exception(507, "InsufficientStorage", "There is no room left for this."));
            case UNAVAILABLE -> Optional.of(new S3Exception(503, "SlowDown", "Please reduce your request rate."));
            case CORRUPT -> Optional.empty();
        };
    }
}
