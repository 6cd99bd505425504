package org.kumiki.storage.s3;

/**
 * That a platform makes contents, not all of which belong to something yet. It goes when they all do, so that one that stays tells of a crash.
 *
 * @param begun in microseconds since 1970
 */
record SessionRecord(long begun) {
}
