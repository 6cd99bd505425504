package org.kumiki.image;

import java.time.Duration;
import java.util.Optional;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/** The archive of snapshots, which comes and goes with the store of blobs that it is in. Thread-safe. */
final class Blobs {

    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    private BlobStore store;
    private SnapshotArchive archive;

    synchronized void set(BlobStore newStore) {
        store = newStore;
        archive = new SnapshotArchive(newStore);
        notifyAll();
    }

    synchronized void unset(BlobStore gone) {
        if (store == gone) { // else another one has taken its place already
            store = null;
            archive = null;
        }
    }

    synchronized Optional<SnapshotArchive> present() {
        return Optional.ofNullable(archive);
    }

    /** A platform that comes up again may have its store of blobs later; one that is being replaced comes back. */
    synchronized SnapshotArchive await() {
        long end = System.nanoTime() + PATIENCE;
        try {
            for (long left = PATIENCE; archive == null && left > 0; left = end - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return present().orElseThrow(() -> new StorageException(Reason.UNAVAILABLE, "Snapshots are kept in the store of blobs, and none is present."));
    }
}
