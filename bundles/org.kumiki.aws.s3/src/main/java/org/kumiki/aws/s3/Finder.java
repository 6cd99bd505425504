package org.kumiki.aws.s3;

import java.util.Optional;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;

/** Finds the object that a request is about, if its caller may know of it. */
final class Finder {

    private final BlobStore store;

    Finder(BlobStore store) {
        this.store = store;
    }

    /** @param action without {@code Version}, which is added for a request that names one */
    Item find(Exchange exchange, String action) {
        return find(exchange, exchange.bucket(), exchange.key(), exchange.param("versionId"), Access.versioned(action, exchange.query()));
    }

    /** @throws S3Exception NoSuchKey, or AccessDenied for whoever may not even know that */
    Item find(Exchange exchange, Bucket bucket, String key, Optional<String> version, String action) {
        Optional<Blob> blob = version.isPresent() ? store.find(bucket.name(), key, version.get()) : store.find(bucket.name(), key);
        Optional<Item> item = blob.filter(known -> !known.marker()).map(Item::new);
        if (item.isPresent()) {
            Access.require(exchange, action, bucket, key, item);
            return item.get();
        }
        if (!Access.allows(exchange, "s3:ListBucket", bucket, "", Optional.empty())) {
            throw S3Exception.denied();
        }
        S3Exception missing = version.isEmpty() ? S3Exception.noSuchKey(key)
                : blob.isPresent() ? S3Exception.methodNotAllowed() : S3Exception.noSuchVersion(key, version.get());
        blob.ifPresent(marker -> missing.header("x-amz-delete-marker", "true").header("x-amz-version-id", marker.version()));
        throw missing;
    }
}
