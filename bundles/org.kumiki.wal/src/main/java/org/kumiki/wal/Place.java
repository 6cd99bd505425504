package org.kumiki.wal;

/**
 * Where a record is in the log.
 *
 * @param segment  0 if it is in a checkpoint, which is not read again
 * @param position of its header
 * @param length   with its header
 */
public record Place(long segment, long position, int length) {
}
