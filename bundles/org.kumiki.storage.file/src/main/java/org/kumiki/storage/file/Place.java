package org.kumiki.storage.file;

/**
 * Where a record is in the log.
 *
 * @param length with its header
 */
record Place(long segment, long position, int length) {
}
