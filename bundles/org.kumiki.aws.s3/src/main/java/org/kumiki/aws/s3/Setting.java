package org.kumiki.aws.s3;

import java.util.Arrays;
import java.util.Optional;

import org.kumiki.aws.wire.Form;

/** What can be set of a bucket by one document. It is kept as it was sent, under the name of its parameter. */
enum Setting {

    ACCELERATE("accelerate", "AccelerateConfiguration", "AccelerateConfiguration", null, null, ""),
    CORS("cors", "CORSConfiguration", "BucketCORS", "NoSuchCORSConfiguration", "The CORS configuration does not exist", null),
    ENCRYPTION("encryption", "ServerSideEncryptionConfiguration", "EncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found", null),
    LIFECYCLE("lifecycle", "LifecycleConfiguration", "LifecycleConfiguration", "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist", null),
    LOGGING("logging", "BucketLoggingStatus", "BucketLogging", null, null, ""),
    NOTIFICATION("notification", "NotificationConfiguration", "BucketNotification", null, null, ""),
    OBJECT_LOCK("object-lock", "ObjectLockConfiguration", "BucketObjectLockConfiguration", "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket", null),
    OWNERSHIP("ownershipControls", "OwnershipControls", "BucketOwnershipControls", "OwnershipControlsNotFoundError",
            "The bucket ownership controls were not found", null),
    POLICY("policy", null, "BucketPolicy", "NoSuchBucketPolicy", "The bucket policy does not exist", null),
    PUBLIC_ACCESS("publicAccessBlock", "PublicAccessBlockConfiguration", "BucketPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found", null),
    REPLICATION("replication", "ReplicationConfiguration", "ReplicationConfiguration", "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found", null),
    REQUEST_PAYMENT("requestPayment", "RequestPaymentConfiguration", "BucketRequestPayment", null, null, "<Payer>BucketOwner</Payer>"),
    TAGGING("tagging", "Tagging", "BucketTagging", "NoSuchTagSet", "The TagSet does not exist", null),
    VERSIONING("versioning", "VersioningConfiguration", "BucketVersioning", null, null, ""),
    WEBSITE("website", "WebsiteConfiguration", "BucketWebsite", "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration", null);

    private final String parameter;
    private final String root;
    private final String action;
    private final String missing;
    private final String message;
    private final String otherwise;

    /**
     * @param missing   the code of the error where nothing is set; null if there is a document all the same
     * @param otherwise what is inside that
     */
    Setting(String parameter, String root, String action, String missing, String message, String otherwise) {
        this.parameter = parameter;
        this.root = root;
        this.action = action;
        this.missing = missing;
        this.message = message;
        this.otherwise = otherwise;
    }

    static Optional<Setting> of(Form query) {
        return Arrays.stream(values()).filter(setting -> query.has(setting.parameter)).findFirst();
    }

    /** The name of its parameter, and of its attribute. */
    String parameter() {
        return parameter;
    }

    /** The element that its document is. */
    String root() {
        return root;
    }

    /** As policies call it. */
    String action(String verb) {
        return "s3:" + (verb.equals("Delete") && this != POLICY && this != WEBSITE ? "Put" : verb) + action;
    }

    /** What is answered where nothing is set. */
    String otherwise(String bucket) {
        if (missing != null) {
            throw new S3Exception(404, missing, message).with("BucketName", bucket);
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root + " xmlns=\"" + Xml.NAMESPACE + "\">" + otherwise + "</" + root + ">";
    }
}
