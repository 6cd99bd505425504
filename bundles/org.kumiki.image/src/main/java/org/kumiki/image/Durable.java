package org.kumiki.image;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** What is written stays written: on stable storage, under its name, as a whole or not at all. */
public final class Durable {

    /** How names of things begin that are not finished. What a crash left of them is removed at the next start. */
    public static final String UNFINISHED = ".new-";

    private Durable() {
    }

    /** Makes a directory that only its owner enters, and removes what was not finished in it. */
    public static Path directory(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (var names = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
            for (Path leftover : names) {
                delete(leftover);
            }
        }
        return directory;
    }

    /** Gives a finished file or directory its name, replacing a file of that name. What is in it must be on stable storage already. */
    public static void rename(Path finished, Path name) throws IOException {
        Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
        force(name.getParent());
    }

    /** Brings a file, or the names in a directory, to stable storage. */
    public static void force(Path path) throws IOException {
        try (FileChannel channel = Files.isDirectory(path) ? FileChannel.open(path, READ) : FileChannel.open(path, WRITE)) {
            channel.force(true);
        }
    }

    static void makeReadOnly(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }

    /** Deletes a file, or a directory with all that is in it, never following a link. It is no error if there is none. */
    public static void delete(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {

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
