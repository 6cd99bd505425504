package org.kumiki.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** The directory that holds everything one platform knows. One process at a time: a second one is refused. */
final class DataDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    static DataDirectory open(Path root) throws IOException {
        Path run = root.resolve("run");
        Files.createDirectories(run);
        Files.setPosixFilePermissions(root, OWNERS);
        for (String directory : new String[] { "load", "log" }) {
            if (!Files.exists(root.resolve(directory))) {
                // Whatever the umask: who may write to load/ may change the platform.
                Files.createDirectory(root.resolve(directory), PosixFilePermissions.asFileAttribute(OWNERS));
            }
        }
        FileChannel channel = FileChannel.open(run.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("a platform already runs on " + root);
        }
        DataDirectory data = new DataDirectory(root, channel, lock);
        data.forget("endpoint");
        data.tell("kumiki.pid", ProcessHandle.current().pid() + "\n");
        return data;
    }

    Path frameworkStorage() {
        return root.resolve("felix");
    }

    /** Where files may lie for a moment. */
    Path run() {
        return root.resolve("run");
    }

    AcceptedVersions acceptedVersions() {
        return new AcceptedVersions(root.resolve("accepted"), root.resolve("plugins"));
    }

    /** Whom this process runs as: the owner of a file that it has just written. */
    UserPrincipal user() throws IOException {
        return Files.getOwner(root.resolve("run/kumiki.pid"));
    }

    /** Says whether the framework's storage was made from the same distribution; if not, it is emptied. */
    boolean isWarm(String fingerprint) throws IOException {
        Path key = root.resolve("felix.key");
        if (Files.exists(key) && Files.readString(key).equals(fingerprint)) {
            return true;
        }
        Files.deleteIfExists(key);
        deleteTree(frameworkStorage());
        return false;
    }

    void setWarm(String fingerprint) throws IOException {
        Files.writeString(root.resolve("felix.key"), fingerprint);
    }

    /** Writes a file of {@code run/} so that a reader sees all of it or nothing. */
    void tell(String name, String text) throws IOException {
        Path temporary = Files.createTempFile(root.resolve("run"), name, ".new");
        Files.writeString(temporary, text);
        Files.move(temporary, root.resolve("run").resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    void forget(String name) throws IOException {
        Files.deleteIfExists(root.resolve("run").resolve(name));
    }

    @Override
    public void close() throws IOException {
        forget("endpoint");
        forget("kumiki.pid");
        lock.release();
        channel.close();
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
