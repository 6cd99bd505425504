package org.kumiki.aws.s3;

import java.util.Optional;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;

/** What a request names to be copied. */
record CopySource(Bucket bucket, Item item, boolean versioned) {

    private static final String VERSION = "?versionId=";

    /** {@code /bucket/key?versionId=id}, encoded. */
    static CopySource of(Exchange exchange, BlobStore store, Finder finder) {
        String header = exchange.header("x-amz-copy-source").orElseThrow();
        int question = header.lastIndexOf(VERSION);
        Optional<String> version = question < 0 ? Optional.empty() : Optional.of(Target.decode(header.substring(question + VERSION.length())));
        String path = Target.decode(question < 0 ? header : header.substring(0, question));
        String name = path.startsWith("/") ? path.substring(1) : path;
        int slash = name.indexOf('/');
        if (slash < 1 || slash == name.length() - 1) {
            throw S3Exception.invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        }
        String bucketName = name.substring(0, slash);
        Bucket bucket = store.bucket(bucketName).orElseThrow(() -> S3Exception.noSuchBucket(bucketName));
        if (exchange.header("x-amz-source-expected-bucket-owner").filter(owner -> !owner.equals(bucket.attributes().get("owner"))).isPresent()) {
            throw S3Exception.denied();
        }
        String action = version.isPresent() ? "s3:GetObjectVersion" : "s3:GetObject";
        return new CopySource(bucket, finder.find(exchange, bucket, Target.checkKey(name.substring(slash + 1)), version, action), version.isPresent());
    }

    /** Whether a copy would take its place. */
    boolean isItself(Bucket target, String key) {
        return bucket.name().equals(target.name()) && item.blob().key().equals(key) && !versioned;
    }

    void tell(Exchange exchange) {
        if (Versioning.of(bucket) != Versioning.NEVER) {
            exchange.set("x-amz-copy-source-version-id", item.blob().version());
        }
    }
}
