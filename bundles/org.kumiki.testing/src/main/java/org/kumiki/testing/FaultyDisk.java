package org.kumiki.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A disk on which things go wrong: it is full, does not flush, does not shorten a file. It also knows what would be left if its power were cut: what
 * was flushed, and of everything else any pieces.
 * <p>
 * It knows of what is written through it alone. That includes the names of new files, for which their directory is opened and flushed; what is
 * renamed or deleted, or is a new directory, is taken to be on the disk at once. Any number of threads may use it.
 */
public final class FaultyDisk {

    private final Map<Path, List<Unflushed>> unflushed = new HashMap<>();
    private final Set<Path> unflushedNames = new HashSet<>();
    private long room = Long.MAX_VALUE;
    private boolean shortens = true;
    private boolean flushes = true;
    private Predicate<Path> onlyPretendsToFlush = file -> false;
    private int dataFlushes;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Opens a file, or a directory to flush the names in it. */
    public synchronized FileChannel open(Path path, OpenOption... options) throws IOException {
        boolean isThere = Files.exists(path);
        byte[] before = isThere && List.of(options).contains(StandardOpenOption.TRUNCATE_EXISTING) ? Files.readAllBytes(path) : new byte[0];
        FileChannel file = FileChannel.open(path, options);
        if (!isThere) {
            unflushed.remove(path);
            unflushedNames.add(path);
        }
        if (before.length > 0) {
            remember(path, new Unflushed.Cut(0, before));
        }
        return over(path, file);
    }

    /** A file that is open already. */
    public FileChannel over(Path path, FileChannel file) {
        return new FaultyChannel(this, path, file);
    }

    /** There is room for so many more bytes; a write that is longer is carried out in part. */
    public synchronized void leaveRoom(long bytes) {
        room = bytes;
    }

    public void hasRoom() {
        leaveRoom(Long.MAX_VALUE);
    }

    public synchronized void shortens(boolean does) {
        shortens = does;
    }

    public synchronized void flushes(boolean does) {
        flushes = does;
    }

    /** Files whose flush is nothing but said to be done; and directories. */
    public synchronized void onlyPretendsToFlush(Predicate<Path> files) {
        onlyPretendsToFlush = files;
    }

    /** Flushes wait for it. */
    public void holdFlushes(CountDownLatch until) {
        gate = until;
    }

    /** How often data was flushed without its file's attributes, or was about to be: that is what is done again and again. */
    public synchronized int dataFlushes() {
        return dataFlushes;
    }

    /** How many writes to files below a directory may still be lost. */
    public synchronized int unflushedWrites(Path directory) {
        return unflushed.entrySet().stream().filter(file -> file.getKey().startsWith(directory)).mapToInt(file -> file.getValue().size()).sum();
    }

    /**
     * Makes a copy of a directory as it would be if the power were cut now. Nothing is written meanwhile; the disk is as before afterwards.
     *
     * @param random decides on what was not flushed
     */
    public synchronized void copyAsIfPowerWereCut(Path from, Path to, RandomGenerator random) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!unflushedNames.contains(file) || random.nextBoolean()) {
                    try {
                        Files.write(to.resolve(from.relativize(file)), left(file, random));
                    } catch (NoSuchFileException e) {
                        return visitFileFailed(file, e);
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // it has just been deleted, which needs no channel
                }
                throw failure;
            }
        });
    }

    private byte[] left(Path file, RandomGenerator random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<Unflushed> all = unflushed.getOrDefault(file, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
            bytes = all.get(i).undo(bytes);
        }
        for (Unflushed each : all) {
            bytes = random.nextBoolean() ? each.redo(bytes, random) : bytes;
        }
        return bytes;
    }

    /** Writes what there is room for. */
    synchronized int write(Path path, FileChannel file, ByteBuffer bytes, long position) throws IOException {
        int fits = (int) Math.min(room, bytes.remaining());
        if (fits == 0 && bytes.hasRemaining()) {
            throw new IOException("No space left on device");
        }
        long size = file.size();
        byte[] before = read(path, position, Math.max(0, Math.min(size - position, fits)));
        byte[] after = new byte[fits];
        bytes.get(after);
        for (ByteBuffer rest = ByteBuffer.wrap(after); rest.hasRemaining();) {
            file.write(rest, position + rest.position());
        }
        remember(path, new Unflushed.Write(size, position, before, after));
        room -= room == Long.MAX_VALUE ? 0 : fits;
        return fits;
    }

    synchronized void truncate(Path path, FileChannel file, long to) throws IOException {
        if (!shortens) {
            throw new IOException("Input/output error");
        }
        long size = file.size();
        if (to < size) {
            remember(path, new Unflushed.Cut(to, read(path, to, size - to)));
            room += room == Long.MAX_VALUE ? 0 : size - to;
        }
        file.truncate(to);
    }

    /** The channel that is written need not be one that can be read. */
    private static byte[] read(Path path, long position, long length) throws IOException {
        if (length == 0) {
            return new byte[0];
        }
        byte[] bytes = new byte[(int) length];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(position);
            file.readFully(bytes);
        }
        return bytes;
    }

    private void remember(Path path, Unflushed change) {
        unflushed.computeIfAbsent(path, file -> new ArrayList<>()).add(change);
    }

    /** What is flushed stays where it is, and only counts as flushed: nobody cuts the power of the machine that the test runs on. */
    void flush(Path path, boolean withAttributes) throws IOException {
        if (!withAttributes) {
            synchronized (this) {
                dataFlushes++;
            }
            awaitGate();
        }
        synchronized (this) {
            if (!flushes) {
                throw new IOException("Input/output error");
            }
            if (!onlyPretendsToFlush.test(path)) {
                unflushed.remove(path);
                unflushedNames.removeIf(name -> path.equals(name.getParent()));
            }
        }
    }

    private void awaitGate() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted while a flush was held", e);
        }
    }
}
