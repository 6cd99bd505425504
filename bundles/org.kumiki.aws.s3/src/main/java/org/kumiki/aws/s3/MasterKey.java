package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The platform's own key, in a file that nobody else may read. It is made when it is first needed; whoever loses it loses what it encrypts. */
final class MasterKey {

    private static final int LENGTH = 32;

    private final Path file;
    private byte[] bytes;

    MasterKey(Path file) {
        this.file = file;
    }

    synchronized byte[] bytes() {
        if (bytes == null) {
            try {
                bytes = load(file);
            } catch (IOException e) {
                throw new UncheckedIOException("the key " + file + " cannot be had", e);
            }
            if (bytes.length != LENGTH) {
                throw new IllegalStateException("the key " + file + " must have " + LENGTH + " bytes");
            }
        }
        return bytes.clone();
    }

    /** One after the other: two parts of the platform may need it first at the same moment. */
    private static synchronized byte[] load(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllBytes(file) : create(file);
    }

    private static byte[] create(Path file) throws IOException {
        byte[] fresh = new byte[LENGTH];
        new SecureRandom().nextBytes(fresh);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        try (FileChannel channel = FileChannel.open(aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap(fresh));
            channel.force(true);
        }
        move(aside, file);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
        return fresh;
    }

    private static void move(Path aside, Path file) throws IOException {
        try {
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(aside, file);
        }
    }
}
