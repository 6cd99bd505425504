package org.kumiki.api.blob;

/**
 * What a bucket takes.
 *
 * @param blobs all versions, without markers
 * @param bytes of all versions and of parts that belong to no blob yet
 */
public record Usage(long blobs, long bytes) {
}
