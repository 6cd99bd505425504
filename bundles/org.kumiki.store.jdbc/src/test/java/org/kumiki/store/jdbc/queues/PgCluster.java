package org.kumiki.store.jdbc.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL of the tests, on a port of its own, with one schema a test. It would lose what it has acknowledged if it is killed ({@code
 * synchronous_commit = off}), unless the store says otherwise; it leaves it to the operating system when bytes reach the disk, which is not killed.
 */
final class PgCluster {

    private static final String USER = "kumiki";
    private static final String LOOPBACK = "127.0.0.1";

    private static PgCluster shared;

    private final Path binaries;
    private final Path directory;
    private final int port;
    private final boolean flushes;
    private Process server;
    private int schemas;

    PgCluster(Path binaries, boolean flushes) throws IOException, InterruptedException {
        this.binaries = binaries;
        this.flushes = flushes;
        directory = Files.createTempDirectory("kumiki-postgresql");
        if (isRoot()) {
            Files.setOwner(directory, directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            port = free.getLocalPort();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
        Process made = command("initdb", "-D", directory.resolve("data").toString(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
                .start();
        assertThat(made.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(made.exitValue()).as("see %s", log()).isZero();
        start();
    }

    /** One for all tests; they are skipped where there is no PostgreSQL. */
    static synchronized PgCluster shared() {
        Optional<Path> binaries = binaries();
        Assumptions.assumeTrue(binaries.isPresent(), "there is no PostgreSQL in /usr/lib/postgresql/*/bin: install the package postgresql");
        if (shared == null) {
            try {
                shared = new PgCluster(binaries.get(), false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
        return shared;
    }

    /** Of the newest version. */
    static Optional<Path> binaries() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
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
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        File log = log().toFile();
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** Begins again until it is up: a server that was killed leaves processes that take a moment to notice. */
    void start() {
        while (!isUp()) {
            if (server == null || !server.isAlive()) {
                try {
                    server = command("postgres", "-D", directory.resolve("data").toString(), "-p", Integer.toString(port), "-c",
                            "listen_addresses=" + LOOPBACK, "-c", "unix_socket_directories=", "-c", "synchronous_commit=off", "-c",
                            "fsync=" + (flushes ? "on" : "off"), "-c", "max_connections=200").start();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private boolean isUp() {
        try (Connection connection = connect("public", "probe")) {
            return connection.isValid(10);
        } catch (SQLException e) {
            return false;
        }
    }

    /** As {@code kill -9} of the postmaster does. */
    void kill() {
        server.destroyForcibly();
        try {
            server.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Where nobody else has tables. */
    synchronized String newSchema() {
        String schema = "test" + ++schemas;
        execute("create schema " + schema);
        return schema;
    }

    void drop(String schema) {
        execute("drop schema " + schema + " cascade");
    }

    void execute(String sql) {
        try (Connection connection = connect("public", "tests"); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** @param application as the server calls its connections */
    Connection connect(String schema, String application) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + LOOPBACK + ":" + port + "/postgres?currentSchema=" + schema + "&ApplicationName="
                + application, USER, "");
    }

    /** Waits until the server has no connection of an application any more: nothing that it has asked for is going on then. */
    void awaitEndOf(String application) {
        try (Connection connection = connect("public", "tests"); Statement statement = connection.createStatement()) {
            boolean isThere = true;
            while (isThere) {
                try (ResultSet result = statement.executeQuery("select 1 from pg_stat_activity where application_name = '" + application + "'")) {
                    isThere = result.next();
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void remove() {
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
