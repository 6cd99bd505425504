package org.kumiki.aws.s3;

import java.util.Optional;

import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketFacts.Versions;
import org.kumiki.api.blob.BucketReader;
import org.kumiki.api.model.AccountId;
import org.osgi.service.component.annotations.Component;

/** Tells whoever shows buckets what S3 has written on them. One without an owner is the platform's own. */
@Component
public final class BucketAttributes implements BucketReader {

    @Override
    public Optional<BucketFacts> read(Bucket bucket) {
        Optional<Quota> quota = Quota.of(bucket);
        return Optional.ofNullable(bucket.attributes().get("owner")).map(owner -> new BucketFacts(new AccountId(owner), quota.flatMap(Quota::bytes),
                quota.flatMap(Quota::objects), versions(bucket), Locks.isOn(bucket)));
    }

    private static Versions versions(Bucket bucket) {
        return switch (Versioning.of(bucket)) {
            case NEVER -> Versions.NEVER;
            case ENABLED -> Versions.KEPT;
            case SUSPENDED -> Versions.SUSPENDED;
        };
    }
}
