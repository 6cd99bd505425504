package org.kumiki.image.disk;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/** Makes the one exception by which a disk is turned down. */
final class Refusal {

    private Refusal() {
    }

    static StorageException refused(String why) {
        return new StorageException(Reason.REFUSED, "This disk is refused: " + why + ".");
    }
}
