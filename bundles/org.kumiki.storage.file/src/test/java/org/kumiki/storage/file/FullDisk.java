package org.kumiki.storage.file;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that has room for so many more bytes, and may refuse to flush or to shorten a file as well. */
final class FullDisk implements Disk {

    final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    volatile boolean stuck;
    volatile boolean failing;
    /** Flushes of what is written again and again. */
    final AtomicInteger flushes = new AtomicInteger();
    /** They wait for it. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public FileChannel open(Path path, OpenOption... options) throws IOException {
        return new Channel(FileChannel.open(path, options));
    }

    private final class Channel extends FileChannel {

        private final FileChannel file;

        Channel(FileChannel file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            synchronized (room) {
                int fits = (int) Math.min(room.get(), bytes.remaining());
                if (fits == 0 && bytes.hasRemaining()) {
                    throw new IOException("No space left on device");
                }
                int written = file.write(bytes.slice(bytes.position(), fits));
                bytes.position(bytes.position() + written);
                room.addAndGet(-written);
                return written;
            }
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (failing) {
                throw new IOException("Input/output error");
            }
            if (!metaData) {
                awaitGate();
            }
            file.force(metaData);
        }

        private void awaitGate() throws IOException {
            flushes.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            if (stuck) {
                throw new IOException("Input/output error");
            }
            long freed = Math.max(0, file.size() - size);
            file.truncate(size);
            room.updateAndGet(before -> before > Long.MAX_VALUE / 2 ? before : before + freed);
            return this;
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public int read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer into, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
