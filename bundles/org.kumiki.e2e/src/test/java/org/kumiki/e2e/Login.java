package org.kumiki.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Who may log in to guests: a private key, and the host keys that were seen with it. */
record Login(Path key) {

    private static final Duration TO_BOOT = Duration.ofSeconds(120);

    /** Keeps a private key as SSH wants it. */
    static Login with(Path directory, String privateKey) {
        try {
            Path key = Files.createTempFile(directory, "key", ".pem"); // a temporary file is its owner's alone
            return new Login(Files.writeString(key, privateKey.strip() + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Program ssh(String address, String command) {
        return Program.of("ssh", "-i", key.toString(), "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR",
                "-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=" + key + ".hosts", "-o", "HashKnownHosts=no",
                "root@" + address, command);
    }

    /** Runs a command in a guest that serves. */
    String run(String address, String command) {
        return ssh(address, command).run().text();
    }

    /** Runs a command in a guest as soon as it serves. */
    String await(String address, String command) {
        return Await.some("a login at " + address, TO_BOOT, () -> {
            Program.Ended ended = ssh(address, command).run();
            return ended.exitCode() == 0 ? Optional.of(ended.text()) : Optional.empty();
        });
    }
}
