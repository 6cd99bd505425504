package org.kumiki.aws.s3;

import java.time.Instant;
import java.util.Optional;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.aws.s3.Lifecycle.Candidate;
import org.kumiki.aws.s3.Lifecycle.Due;

/** Goes through a bucket and asks of everything in it what is to become of it. */
final class LifecycleWalk {

    /** Is told what is to be done, and does it or does not. */
    interface Visitor {

        void version(Blob blob, Due due);

        void upload(Upload upload, Due due);

        /** All versions of a key have been seen. */
        void seen(String key);
    }

    private final BlobStore store;
    private final Bucket bucket;
    private final Lifecycle lifecycle;
    private final Runnable betweenPages;

    LifecycleWalk(BlobStore store, Bucket bucket, Days days, Runnable betweenPages) {
        this.store = store;
        this.bucket = bucket;
        this.lifecycle = Lifecycle.of(bucket, days);
        this.betweenPages = betweenPages;
    }

    /** @param after keys after this one only; empty for all, and for the uploads */
    void run(String after, Instant now, Visitor visitor) {
        if (lifecycle.isEmpty()) {
            return;
        }
        if (after.isEmpty()) {
            store.uploads(bucket.name()).forEach(upload -> lifecycle.of(upload).ifPresent(due -> visitor.upload(upload, due)));
        }
        Versioning versioning = Versioning.of(bucket);
        AllVersions versions = new AllVersions(store, bucket.name(), after, betweenPages);
        Optional<Instant> since = Optional.empty();
        int newer = 0;
        while (versions.hasNext()) {
            Blob blob = versions.next();
            boolean last = versions.peek().filter(other -> other.key().equals(blob.key())).isEmpty();
            Candidate candidate = new Candidate(blob, since, newer, since.isEmpty() && last);
            lifecycle.of(candidate, versioning, now).ifPresent(due -> visitor.version(blob, due));
            newer += since.isPresent() && !blob.marker() ? 1 : 0;
            since = Optional.of(blob.modified());
            if (last) {
                visitor.seen(blob.key());
                since = Optional.empty();
                newer = 0;
            }
        }
    }
}
