package org.kumiki.console;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's password, in a file that only its owner reads. It is random at the first start; an operator who wants another one writes
 * it into the file, and it is in force at once.
 */
final class PasswordFile {

    /** Shorter passwords are refused, whoever wrote them. */
    static final int SHORTEST = 10;

    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"; // 32, none of which looks like another

    private final Path file;

    PasswordFile(Path file) {
        this.file = file;
    }

    Path path() {
        return file;
    }

    /** Makes the file with a random password, unless it is there. */
    void ensure() throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!OWNER_ONLY.equals(Files.getPosixFilePermissions(file))) {
                LOG.warn("{} could be read by others; now only its owner can", file);
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
            return;
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        // The permissions come with the file, not after it.
        try (FileChannel channel = FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(random() + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, ATOMIC_MOVE);
        LOG.info("the console's password is in {}", file);
    }

    /** The password that is in force; none if there is no file, or one too short to be a password. */
    Optional<String> read() throws IOException {
        try {
            String password = Files.readString(file).strip();
            if (password.length() < SHORTEST) {
                LOG.warn("the password in {} is shorter than {} characters: nobody can log in", file, SHORTEST);
                return Optional.empty();
            }
            return Optional.of(password);
        } catch (NoSuchFileException e) {
            LOG.warn("there is no {}: nobody can log in until the next start makes a new one", file);
            return Optional.empty();
        }
    }

    /** A hundred random bits, in four groups that can be typed. */
    private static String random() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            password.append(i > 0 && i % 5 == 0 ? "-" : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }
}
