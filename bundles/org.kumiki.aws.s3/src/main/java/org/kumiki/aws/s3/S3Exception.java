package org.kumiki.aws.s3;

import java.util.LinkedHashMap;
import java.util.Map;

/** A refusal in the words of S3. It carries no stack trace: anybody can cause as many as he likes. */
final class S3Exception extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> details = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    S3Exception(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    static S3Exception invalid(String message) {
        return new S3Exception(400, "InvalidArgument", message);
    }

    static S3Exception invalidRequest(String message) {
        return new S3Exception(400, "InvalidRequest", message);
    }

    static S3Exception malformedXml() {
        return new S3Exception(400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
    }

    static S3Exception denied() {
        return new S3Exception(403, "AccessDenied", "Access Denied");
    }

    static S3Exception denied(String message) {
        return new S3Exception(403, "AccessDenied", message);
    }

    static S3Exception noSuchBucket(String bucket) {
        return new S3Exception(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", bucket);
    }

    static S3Exception noSuchKey(String key) {
        return new S3Exception(404, "NoSuchKey", "The specified key does not exist.").with("Key", key);
    }

    static S3Exception noSuchVersion(String key, String version) {
        return new S3Exception(404, "NoSuchVersion", "The specified version does not exist.").with("Key", key).with("VersionId", version);
    }

    static S3Exception noSuchUpload(String id) {
        return new S3Exception(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                + "aborted or completed.").with("UploadId", id);
    }

    static S3Exception preconditionFailed(String condition) {
        return new S3Exception(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold").with("Condition", condition);
    }

    static S3Exception methodNotAllowed() {
        return new S3Exception(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }

    static S3Exception notImplemented(String what) {
        return new S3Exception(501, "NotImplemented", "A header or query you provided implies functionality that is not implemented: " + what);
    }

    static S3Exception incompleteBody() {
        return new S3Exception(400, "IncompleteBody", "The request body terminated unexpectedly");
    }

    /** @param value an element of the error beside its code and message */
    S3Exception with(String element, String value) {
        if (value != null) {
            details.put(element, value);
        }
        return this;
    }

    S3Exception header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> details() {
        return details;
    }

    Map<String, String> headers() {
        return headers;
    }
}
