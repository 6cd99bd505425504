package org.kumiki.wal;

import java.io.IOException;
import java.nio.file.Path;

/** What is on the disk is not what was put there. */
public final class DamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedException(Path file, long position, Exception cause) {
        super(file + " is not as it was written from byte " + position + " on; put back a copy of it, or of the whole directory", cause);
    }
}
