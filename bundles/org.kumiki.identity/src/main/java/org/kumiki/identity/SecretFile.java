package org.kumiki.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that only its owner may read, from the moment it exists, and that is there as a whole or not at all. */
final class SecretFile {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> FILE = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    private static final FileAttribute<?> DIRECTORY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private SecretFile() {
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent(), DIRECTORY);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(next, Set.of(CREATE_NEW, WRITE), FILE)) {
            ByteBuffer bytes = UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent(), READ)) {
            directory.force(true);
        }
    }

    /** Takes everyone else's rights to a file away, and answers whether anyone else had any. */
    static boolean close(Path file) throws IOException {
        if (OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            return false;
        }
        Files.setPosixFilePermissions(file, OWNER_ONLY);
        return true;
    }
}
