package org.kumiki.storage.s3;

import java.util.Map;

import org.kumiki.api.blob.Bucket;

/**
 * A bucket as it is kept.
 *
 * @param id      what is in it is kept under; a bucket that comes later has another one, also if it has the same name
 * @param created in microseconds since 1970
 */
record BucketRecord(String name, String id, long created, Map<String, String> attributes) {

    Bucket toBucket() {
        return new Bucket(name, Version.instant(created), attributes);
    }

    BucketRecord with(Map<String, String> others) {
        return new BucketRecord(name, id, created, Map.copyOf(others));
    }
}
