package org.kumiki.wal.testing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.kumiki.wal.Disk;

/** A disk that may have room for so many more bytes only, may refuse to flush or to shorten a file, and loses at a crash what was not flushed. */
public final class FaultyDisk implements Disk {

    public final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    /** Files cannot be shortened. */
    public volatile boolean stuck;
    /** Files cannot be flushed. */
    public volatile boolean failing;
    /** Of what is written again and again. */
    public final AtomicInteger flushes = new AtomicInteger();
    /** Flushes wait for it. */
    public volatile CountDownLatch gate = new CountDownLatch(0);

    /** Up to where files survive a crash. */
    private final Map<Path, Long> flushed = new ConcurrentHashMap<>();

    @Override
    public FileChannel open(Path path, OpenOption... options) throws IOException {
        flushed.putIfAbsent(path, Files.exists(path) ? Files.size(path) : 0);
        return new Channel(path, FileChannel.open(path, options));
    }

    /**
     * Copies a directory as a crash at this moment could leave it: of what was not flushed, some is there, and the last of that may be garbage. Something
     * may be written meanwhile.
     */
    public void crash(Path directory, Path copy, RandomGenerator random) throws IOException {
        Files.createDirectories(copy);
        List<Path> before = list(directory);
        // A crash leaves the files of one moment.
        while (!copy(before, copy, random) || !before.equals(list(directory))) {
            for (Path file : list(copy)) {
                Files.delete(file);
            }
            before = list(directory);
        }
    }

    /** @return whether all of them were still there */
    private boolean copy(List<Path> files, Path copy, RandomGenerator random) throws IOException {
        for (Path file : files) {
            try {
                byte[] bytes = Files.readAllBytes(file);
                int safe = (int) Math.min(bytes.length, flushed.getOrDefault(file, (long) bytes.length));
                int kept = safe + random.nextInt(bytes.length - safe + 1);
                if (kept > safe && random.nextBoolean()) {
                    bytes[safe + random.nextInt(kept - safe)] ^= (byte) (1 + random.nextInt(255));
                }
                Files.write(copy.resolve(file.getFileName()), Arrays.copyOf(bytes, kept));
            } catch (NoSuchFileException e) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith("lock")).sorted().toList();
        }
    }

    private final class Channel extends FileChannel {

        private final Path path;
        private final FileChannel file;

        Channel(Path path, FileChannel file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            synchronized (room) {
                int fits = (int) Math.max(0, Math.min(room.get(), bytes.remaining()));
                if (fits == 0 && bytes.hasRemaining()) {
                    throw new IOException("No space left on device");
                }
                int written = file.write(bytes.slice(bytes.position(), fits));
                bytes.position(bytes.position() + written);
                room.updateAndGet(before -> before > Long.MAX_VALUE / 2 ? before : before - written);
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
            flushed.put(path, file.size());
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
            flushed.computeIfPresent(path, (same, before) -> Math.min(before, size));
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
