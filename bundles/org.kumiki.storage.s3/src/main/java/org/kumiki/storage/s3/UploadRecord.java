package org.kumiki.storage.s3;

import java.util.Map;

import org.kumiki.api.blob.Upload;

/**
 * An upload as it is kept.
 *
 * @param begun      in microseconds since 1970
 * @param completing that it is over if the record of its key names it as such
 */
record UploadRecord(String key, String id, long begun, boolean completing, Map<String, String> attributes) {

    Upload toUpload(String bucket) {
        return new Upload(bucket, key, id, Version.instant(begun), attributes);
    }

    UploadRecord completed() {
        return new UploadRecord(key, id, begun, true, attributes);
    }
}
