package org.kumiki.image.adapt;

import java.util.Locale;

/**
 * A part of a disk, with what is in it.
 *
 * @param number of the partition; 0 if the whole disk is one
 * @param offset where it begins on the disk, in bytes
 * @param length in bytes
 * @param uuid   of the file system or swap space, as programs write it; empty if there is none
 */
record Part(int number, long offset, long length, Content content, String uuid) {

    /** What can be in a part of a disk. */
    enum Content {
        EXT, SWAP, XFS, BTRFS, LVM, LUKS, UNKNOWN;

        /** What to call it in a sentence. */
        String title() {
            return this == EXT ? "ext4" : name().toLowerCase(Locale.ROOT);
        }
    }
}
