package org.kumiki.wal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that many threads read. When one of them is interrupted, Java closes the channel for all; the others open another one. */
final class SharedFile implements AutoCloseable {

    private final Path path;
    private volatile FileChannel channel;
    private boolean closed;

    SharedFile(Path path) {
        this.path = path;
    }

    /** Fills the buffer. */
    void read(ByteBuffer into, long position) throws IOException {
        int begin = into.position();
        while (true) {
            try {
                readFully(open(), into, position);
                return;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (ClosedChannelException e) {
                into.position(begin);
            }
        }
    }

    /** @throws EOFException if the file is too short */
    static void readFully(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long from = position - into.position();
        while (into.hasRemaining()) {
            if (channel.read(into, from + into.position()) < 0) {
                throw new EOFException("the file ends too early");
            }
        }
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        return open != null && open.isOpen() ? open : reopen();
    }

    private synchronized FileChannel reopen() throws IOException {
        if (closed) {
            throw new IOException(path + " is no longer read");
        }
        if (channel == null || !channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
        return channel;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }
}
