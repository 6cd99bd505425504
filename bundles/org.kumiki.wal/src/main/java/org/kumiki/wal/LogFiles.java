package org.kumiki.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names in the directory of a store: segments of the log, {@code N.log}, and the newest checkpoint, {@code N.checkpoint} or however a store calls
 * it, which stands for all changes in segments before N. One process has the directory at a time.
 */
final class LogFiles implements AutoCloseable {

    private static final String SEGMENT = ".log";

    private final Path directory;
    private final String checkpoint;
    private final Disk disk;
    private final FileLock lock;

    /** @throws IOException if another process has it, or another store of this one */
    LogFiles(Path directory, String checkpoint, Disk disk) throws IOException {
        this.directory = directory;
        this.checkpoint = "." + checkpoint;
        this.disk = disk;
        FileChannel channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock got = null;
        try {
            got = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // this process has it already; reported below
        }
        if (got == null) {
            channel.close();
            throw new IOException("somebody else uses " + directory);
        }
        lock = got;
    }

    Path segment(long number) {
        return directory.resolve("%010d".formatted(number) + SEGMENT);
    }

    Path checkpoint(long number) {
        return directory.resolve("%010d".formatted(number) + checkpoint);
    }

    /** Where a checkpoint is written before it counts. */
    Path draft() {
        return directory.resolve("draft" + checkpoint + ".new");
    }

    /** Room that is set aside. */
    Path reserve() {
        return directory.resolve("reserve");
    }

    List<Long> segments() throws IOException {
        return numbers(SEGMENT);
    }

    OptionalLong newestCheckpoint() throws IOException {
        return numbers(checkpoint).stream().mapToLong(Long::longValue).max();
    }

    /** Lets a checkpoint count, which is on the disk as a whole, and removes those before it. */
    void install(long number) throws IOException {
        Files.move(draft(), checkpoint(number), StandardCopyOption.ATOMIC_MOVE);
        disk.sync(directory);
        removeCheckpointsBefore(number);
    }

    void removeCheckpointsBefore(long number) throws IOException {
        for (long each : numbers(checkpoint)) {
            if (each < number) {
                Files.deleteIfExists(checkpoint(each));
            }
        }
        Files.deleteIfExists(draft());
    }

    /** In order. */
    private List<Long> numbers(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.matches("[0-9]{10}" + Pattern.quote(suffix)))
                    .map(name -> Long.parseLong(name.substring(0, 10))).sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}
