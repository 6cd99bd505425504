package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.kumiki.wal.Disk;

/** Writes one content into a file of its own, which is gone again if it is closed before it is finished. */
final class ContentWriter implements AutoCloseable {

    private final long id;
    private final Path path;
    private final FileChannel file;
    private final ByteBuffer block = Buffers.take();
    private long number;
    private long size;
    private boolean finished;

    ContentWriter(long id, ContentFiles files, Disk disk) {
        this.id = id;
        path = files.file(id);
        try {
            files.directoryFor(id);
            file = disk.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failure(e);
        }
        beginBlock();
    }

    private void beginBlock() {
        block.clear().limit(Blocks.SIZE).position(Blocks.CHECKSUM);
    }

    void write(ByteBuffer bytes) {
        size += bytes.remaining();
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), block.remaining());
            block.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (!block.hasRemaining()) {
                endBlock();
            }
        }
    }

    private void endBlock() {
        int length = block.position() - Blocks.CHECKSUM;
        block.putInt(0, Blocks.checksum(id, number, block.slice(Blocks.CHECKSUM, length))).flip();
        try {
            while (block.hasRemaining()) {
                file.write(block);
            }
        } catch (IOException e) {
            throw failure(e);
        }
        number++;
        beginBlock();
    }

    /** The size of what has been written, which is on the disk, but for its name. */
    long finish() {
        if (block.position() > Blocks.CHECKSUM) {
            endBlock();
        }
        try {
            file.force(false);
        } catch (IOException e) {
            throw failure(e);
        }
        finished = true;
        return size;
    }

    private static RuntimeException failure(IOException cause) {
        return Failures.of("a blob cannot be written", cause);
    }

    @Override
    public void close() {
        Buffers.giveBack(block);
        try {
            file.close();
            if (!finished) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
