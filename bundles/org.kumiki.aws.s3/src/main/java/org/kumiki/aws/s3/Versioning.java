package org.kumiki.aws.s3;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;

/** Whether a bucket keeps versions. */
enum Versioning {

    NEVER, ENABLED, SUSPENDED;

    static Versioning of(Bucket bucket) {
        String document = bucket.attributes().get(Setting.VERSIONING.parameter());
        String status = document == null ? "" : XmlReader.stored(document).get("Status").orElse("");
        return switch (status) {
            case "Enabled" -> ENABLED;
            case "Suspended" -> SUSPENDED;
            default -> NEVER;
        };
    }

    Keeping keeping() {
        return this == ENABLED ? Keeping.ADD : Keeping.REPLACE;
    }

    /** Says in an answer which version it is about; buckets that never had versions do not. */
    void tell(Exchange exchange, Blob blob) {
        if (this != NEVER) {
            exchange.set("x-amz-version-id", blob.version());
        }
    }
}
