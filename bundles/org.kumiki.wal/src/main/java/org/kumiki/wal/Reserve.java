package org.kumiki.wal;

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
    private final Disk disk;
    private volatile boolean given = true;
    /** Null until it is needed. */
    private FileChannel file;

    /** @param path of a file, which may be there */
    Reserve(Path path, Disk disk) {
        this.path = path;
        this.disk = disk;
    }

    private FileChannel file() throws IOException {
        if (file == null) {
            file = disk.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        return file;
    }

    boolean isGiven() {
        return given;
    }

    /** Sets it aside again, if there is room enough. */
    synchronized void setAside() {
        try {
            if (Files.getFileStore(path.getParent()).getUsableSpace() < LEAST) {
                return;
            }
            file().truncate(0).position(0);
            ByteBuffer zeros = ByteBuffer.allocate(BYTES);
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
            file().truncate(0);
        } catch (IOException e) {
            LOG.warn("Room that was set aside cannot be used", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
