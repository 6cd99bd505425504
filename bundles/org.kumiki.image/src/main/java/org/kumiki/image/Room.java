package org.kumiki.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/** The room that a store leaves on its file system, so that guests that run can go on writing to their disks. */
public record Room(Path directory, long leastFreeBytes) {

    /** @throws StorageException if there is less than that */
    public void check() throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < leastFreeBytes) {
            throw new StorageException(Reason.FULL, "Only " + (free >> 20) + " MiB are free for images and volumes; "
                    + (leastFreeBytes >> 20) + " MiB are kept free.");
        }
    }
}
