package org.kumiki.image.disk;

import static org.kumiki.image.disk.Refusal.refused;

/** What a disk may cost. */
final class DiskLimits {

    private DiskLimits() {
    }

    static void check(long size, long most) {
        if (size > most) {
            throw refused("a guest would see " + mebibytes(size) + " MiB of it, and " + mebibytes(most) + " MiB are allowed");
        }
    }

    /** Rounded up: a disk never is smaller than it is said to be. */
    static long mebibytes(long bytes) {
        return (bytes >> 20) + ((bytes & 0xfffff) == 0 ? 0 : 1);
    }
}
