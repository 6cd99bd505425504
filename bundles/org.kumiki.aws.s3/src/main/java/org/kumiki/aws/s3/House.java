package org.kumiki.aws.s3;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;

/** What goes on around every change of an object: whether there is room for it, who is told of it, and when it will expire. */
record House(Quotas quotas, Notifier notifier, Days days) {

    /** Says in an answer which version it is about, and when that expires. */
    void tell(Exchange exchange, Bucket bucket, Blob blob) {
        Versioning.of(bucket).tell(exchange, blob);
        Lifecycle.tell(exchange, bucket, blob, days);
    }
}
