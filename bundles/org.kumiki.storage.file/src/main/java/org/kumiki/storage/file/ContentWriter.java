package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.kumiki.wal.Disk;

/**
 * Writes one content into a file of its own, which is gone again if it is closed before it is finished. Several blocks at a time, so that the kernel
 * can give them pages that lie together.
 */
final class ContentWriter implements AutoCloseable {

    private final long id;
    private final Path path;
    private final FileChannel file;
    private final ByteBuffer blocks = Buffers.take();
    /** Up to there the buffer holds blocks that are complete. */
    private int end;
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
        if (end + Blocks.SIZE > Buffers.SIZE) {
            flush();
        }
        blocks.limit(end + Blocks.SIZE).position(end + Blocks.CHECKSUM);
    }

    void write(ByteBuffer bytes) {
        size += bytes.remaining();
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), blocks.remaining());
            blocks.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (!blocks.hasRemaining()) {
                endBlock();
                beginBlock();
            }
        }
    }

    private void endBlock() {
        int data = end + Blocks.CHECKSUM;
        blocks.putInt(end, Blocks.checksum(id, number, blocks.slice(data, blocks.position() - data)));
        end = blocks.position();
        number++;
    }

    private void flush() {
        blocks.limit(end).position(0);
        try {
            while (blocks.hasRemaining()) {
                file.write(blocks);
            }
        } catch (IOException e) {
            throw failure(e);
        }
        end = 0;
    }

    /** The size of what has been written, which is on the disk, but for its name. */
    long finish() {
        if (blocks.position() > end + Blocks.CHECKSUM) {
            endBlock();
        }
        flush();
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
        Buffers.giveBack(blocks);
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
