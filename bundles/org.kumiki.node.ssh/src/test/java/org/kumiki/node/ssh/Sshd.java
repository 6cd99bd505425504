package org.kumiki.node.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.kumiki.testing.FreePort;

/** A real OpenSSH server on a loopback port, with keys of its own, that lets the test's own user in. */
final class Sshd implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/sshd");
    private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

    private final Path directory;
    private final int port;
    private Process process;

    private Sshd(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Skips the test where there is no server to start. */
    static Sshd start(Path directory) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "no sshd here (Debian, Ubuntu: openssh-server)");
        Files.createDirectories(directory);
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(PRIVILEGE_SEPARATION); // else it does not start
        }
        Sshd sshd = new Sshd(directory, FreePort.choose());
        sshd.makeKey("host");
        sshd.makeKey("user");
        Files.copy(directory.resolve("user.pub"), directory.resolve("authorized"));
        sshd.know(directory.resolve("host.pub"));
        Files.writeString(directory.resolve("conf"), """
                ListenAddress 127.0.0.1:%d
                HostKey %s
                AuthorizedKeysFile %s
                PidFile none
                UsePAM no
                StrictModes no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                LogLevel VERBOSE
                # Else a bash reads the user's .bashrc for each program.
                SetEnv SHLVL=1
                Subsystem sftp internal-sftp
                """.formatted(sshd.port, directory.resolve("host"), directory.resolve("authorized")));
        sshd.run();
        return sshd;
    }

    /** Waits until it says that it listens. */
    void run() throws IOException {
        process = new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", directory.resolve("conf").toString())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile())).redirectErrorStream(true).start();
        BufferedReader log = process.inputReader(UTF_8);
        for (String line = log.readLine(); line == null || !line.contains("Server listening"); line = log.readLine()) {
            if (line == null) {
                throw new IOException("sshd did not start: " + process.exitValue());
            }
        }
        Thread drain = new Thread(() -> log.lines().forEach(line -> { }), "sshd-log");
        drain.setDaemon(true);
        drain.start();
    }

    /** A key without a passphrase: {@code name}, and {@code name.pub}. */
    Path makeKey(String name) throws IOException, InterruptedException {
        return makeKey(name, "ed25519");
    }

    Path makeKey(String name, String type) throws IOException, InterruptedException {
        Path key = directory.resolve(name);
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", "", "-f", key.toString()).inheritIO().start();
        if (keygen.waitFor() != 0) {
            throw new IOException("ssh-keygen failed");
        }
        return key;
    }

    /** Starts anew with one more host key. */
    void offer(Path key) throws IOException {
        kill();
        Files.writeString(directory.resolve("conf"), "HostKey " + key + "\n", StandardOpenOption.APPEND);
        run();
    }

    /** Records the one key that the host may show. */
    void know(Path publicKey) throws IOException {
        Files.writeString(knownHosts(), "[127.0.0.1]:" + port + " " + Files.readString(publicKey));
    }

    Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    int port() {
        return port;
    }

    HostSettings settings(String name, Path key, Path home) {
        return new HostSettings(name, "127.0.0.1", port, System.getProperty("user.name"), key, knownHosts(), home, Duration.ofSeconds(30));
    }

    HostSettings settings(Path home) {
        return settings("there", directory.resolve("user"), home);
    }

    /** The server's processes for the connections that it has. */
    List<ProcessHandle> sessions() {
        return process.children().toList();
    }

    /** Cuts the connections, as a host does that loses its power; programs that ran in them see their pipes end. */
    void cut() {
        sessions().stream().flatMap(session -> Stream.concat(Stream.of(session), session.children().filter(Sshd::isServer)))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isServer(ProcessHandle process) {
        return process.info().command().filter(command -> command.contains("sshd")).isPresent();
    }

    /** Ends the server, and with it the connections. */
    void kill() {
        List<ProcessHandle> sessions = sessions();
        cut();
        process.destroyForcibly();
        process.onExit().join();
        sessions.forEach(session -> session.onExit().join());
    }

    @Override
    public void close() {
        kill();
    }
}
