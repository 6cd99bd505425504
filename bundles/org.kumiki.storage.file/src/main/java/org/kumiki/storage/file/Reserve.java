package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Some room that is set aside, because to delete something takes a little, and that must be possible when a disk is full. */
final class Reserve implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    /** Enough for some thousand deletions. */
    private static final int BYTES = 1 << 18;

    private static final long LEAST = 16 * BYTES;

    private final Path path;
    private final FileChannel file;
    private volatile boolean given = true;

    Reserve(Path path, Disk disk) throws IOException {
        this.path = path;
        file = disk.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    boolean isGiven() {
        return given;
    }

    /** Sets it aside again, if there is room enough. */
    synchronized void setAside() {
        try {
            if (Files.getFileStore(path).getUsableSpace() < LEAST) {
                return;
            }
            file.truncate(0);
            ByteBuffer zeros = ByteBuffer.allocate(BYTES);
            file.position(0);
            while (zeros.hasRemaining()) {
                file.write(zeros);
            }
            file.force(true);
            given = false;
        } catch (IOException e) {
            LOG.debug("There is no room to set aside", e);
            give();
        }
    }

    /** It is free when this returns. */
    synchronized void give() {
        given = true;
        try {
            file.truncate(0);
        } catch (IOException e) {
            LOG.warn("Room that was set aside cannot be used", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
