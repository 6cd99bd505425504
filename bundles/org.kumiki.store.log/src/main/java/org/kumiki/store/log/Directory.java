package org.kumiki.store.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a journal: logs, numbered from 1, and at most one base, which stands for all logs up to its number.
 * <p>
 * One process has it at a time.
 */
final class Directory implements AutoCloseable {

    private static final String LOG = ".log";
    private static final String BASE = ".base";
    private static final String NEW = ".new";

    private final Path path;
    private final FileLock lock;

    /** A file of frames. */
    record Part(long number, boolean isBase, Path file) {
    }

    /** @throws IOException if another process has it, or another journal of this one */
    Directory(Path path) throws IOException {
        this.path = Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        lock = lock();
    }

    private FileLock lock() throws IOException {
        FileChannel channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock got = null;
        try {
            got = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // this process has it already; reported below
        }
        if (got == null) {
            channel.close();
            throw new IOException("somebody else uses " + path);
        }
        return got;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** The base, if there is one, and the logs after it, in order. What else is there is left over from a crash, and removed. */
    List<Part> parts() throws IOException {
        List<Part> all;
        try (Stream<Path> files = Files.list(path)) {
            all = files.filter(file -> isNamed(file, LOG) || isNamed(file, BASE)).map(Directory::part)
                    .sorted((a, b) -> Long.compare(a.number(), b.number())).toList();
        }
        long base = all.stream().filter(Part::isBase).mapToLong(Part::number).max().orElse(0);
        for (Part part : all) {
            if (part.number() < base || part.number() == base && !part.isBase()) {
                Files.delete(part.file());
            }
        }
        return all.stream().filter(part -> part.number() > base || part.number() == base && part.isBase()).toList();
    }

    /** A log that nothing has been appended to yet. */
    Path newLog(long number) throws IOException {
        Path file = path.resolve(name(number, LOG));
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        sync();
        return file;
    }

    /** Where a base is written before it counts. */
    Path draft(long number) {
        return path.resolve(name(number, BASE) + NEW);
    }

    /** Lets a base count, which is on the disk as a whole, and removes what it stands for. */
    void install(Path draft, long number) throws IOException {
        Files.move(draft, path.resolve(name(number, BASE)), StandardCopyOption.ATOMIC_MOVE);
        sync();
        parts();
    }

    private static String name(long number, String suffix) {
        return "%010d%s".formatted(number, suffix);
    }

    private static boolean isNamed(Path file, String suffix) {
        return file.getFileName().toString().matches("[0-9]{10}\\" + suffix);
    }

    private static Part part(Path file) {
        return new Part(Long.parseLong(file.getFileName().toString().substring(0, 10)), isNamed(file, BASE), file);
    }

    /** A new name is durable only when its directory is. */
    private void sync() throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}
