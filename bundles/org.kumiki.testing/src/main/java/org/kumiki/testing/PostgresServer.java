package org.kumiki.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of its own, on a free port of loopback, with an empty database. It lets {@link #USER} in without a password, and all others with theirs.
 * Unless a session says otherwise, it would lose what it has acknowledged last if it is killed ({@code synchronous_commit = off}).
 */
public final class PostgresServer implements AutoCloseable {

    /** May do everything. */
    public static final String USER = "kumiki";

    /** Why a test is skipped. */
    public static final String MISSING = "there is no PostgreSQL in /usr/lib/postgresql/*/bin: install the package postgresql";

    private static final String LOOPBACK = "127.0.0.1";
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final boolean flushes;
    private final Path directory;
    private final int port;
    private Process server;

    /**
     * Makes and starts one; it and what it has on the disk are gone when the Java that has made it ends, if not before.
     *
     * @param flushes whether it waits for the disk; otherwise the operating system writes when it likes, which is as good unless that is killed, too
     * @throws IOException if there is none, or if it does not start
     */
    public PostgresServer(boolean flushes) throws IOException {
        programs = programs().orElseThrow(() -> new IOException(MISSING));
        this.flushes = flushes;
        directory = Files.createTempDirectory("kumiki-postgresql");
        if (isRoot()) {
            Files.setOwner(directory, directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
        port = FreePort.choose();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        Path data = directory.resolve("data");
        run("initdb", "-D", data.toString(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        Files.writeString(data.resolve("pg_hba.conf"), "host all " + USER + " " + LOOPBACK + "/32 trust\nhost all all " + LOOPBACK
                + "/32 scram-sha-256\n");
        start();
    }

    public static boolean isInstalled() {
        return programs().isPresent();
    }

    /** Of the newest version. */
    private static Optional<Path> programs() {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(VERSIONS)) {
            return all.filter(version -> version.getFileName().toString().matches("[0-9]+"))
                    .sorted(Comparator.comparingInt((Path version) -> Integer.parseInt(version.getFileName().toString())).reversed())
                    .map(version -> version.resolve("bin")).filter(bin -> Files.isExecutable(bin.resolve("postgres"))).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** The server refuses to be root's. */
    private ProcessBuilder command(String program, String... arguments) {
        List<String> command = new ArrayList<>(isRoot() ? List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups") : List.of());
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    }

    private void run(String program, String... arguments) throws IOException {
        if (end(command(program, arguments).start()) != 0) {
            throw new IOException(program + " failed: " + Files.readString(directory.resolve("log")));
        }
    }

    private static int end(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a program of PostgreSQL runs", e);
        }
    }

    /** Begins again until it serves: one that was killed leaves processes that take a moment to notice. */
    public void start() throws IOException {
        while (server == null || !server.isAlive() || end(command("pg_isready", "-q", "-h", LOOPBACK, "-p", Integer.toString(port)).start()) != 0) {
            if (server == null || !server.isAlive()) {
                server = command("postgres", "-D", directory.resolve("data").toString(), "-p", Integer.toString(port), "-c",
                        "listen_addresses=" + LOOPBACK, "-c", "unix_socket_directories=", "-c", "synchronous_commit=off", "-c",
                        "fsync=" + (flushes ? "on" : "off"), "-c", "max_connections=200").start();
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PostgreSQL starts", e);
        }
    }

    /** As {@code kill -9} of the postmaster does. */
    public void kill() {
        server.destroyForcibly();
        end(server);
    }

    /** Its processes are the children of this one. */
    public ProcessHandle process() {
        return server.toHandle();
    }

    /** Of its database. */
    public String url() {
        return "jdbc:postgresql://" + LOOPBACK + ":" + port + "/postgres";
    }

    @Override
    public void close() {
        if (server != null) {
            kill();
        }
        // What is left of it writes until it has noticed; then there is nothing left to write to.
        for (int attempt = 0; attempt < 50 && Files.exists(directory); attempt++) {
            try (Stream<Path> all = Files.walk(directory)) {
                all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            } catch (IOException | UncheckedIOException e) {
                pause();
            }
        }
    }
}
