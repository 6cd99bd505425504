package org.kumiki.store.jdbc.queues;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Assumptions;
import org.kumiki.testing.PostgresServer;

/** A PostgreSQL of the tests, with one schema a test. */
final class PgCluster {

    /** A statement that nobody waits for any more goes on until it has something to say, or its time is up. */
    private static final Duration MOST_TO_END = Duration.ofSeconds(90);

    private static PgCluster shared;

    private final PostgresServer server;
    private int schemas;

    PgCluster(PostgresServer server) {
        this.server = server;
    }

    /** One for all tests; they are skipped where there is no PostgreSQL. */
    static synchronized PgCluster shared() {
        Assumptions.assumeTrue(PostgresServer.isInstalled(), PostgresServer.MISSING);
        if (shared == null) {
            try {
                shared = new PgCluster(new PostgresServer(false));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return shared;
    }

    void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        server.kill();
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

    /** Of a schema. */
    String url(String schema) {
        return server.url() + "?currentSchema=" + schema;
    }

    /** @param application as the server calls its connections */
    Connection connect(String schema, String application) throws SQLException {
        return DriverManager.getConnection(url(schema) + "&ApplicationName=" + application, PostgresServer.USER, "");
    }

    /** Waits until the server has no connection of an application any more: nothing that it has asked for is going on then. */
    void awaitEndOf(String application) {
        Instant end = Instant.now().plus(MOST_TO_END);
        String left = activity(application);
        while (!left.isEmpty()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError(application + " is gone, but not all of its connections are: " + left);
            }
            left = activity(application);
        }
    }

    /** What its connections do; nothing if it has none. */
    private String activity(String application) {
        try (Connection connection = connect("public", "tests"); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select coalesce(string_agg(state || ' ' || query, '; '), '') from pg_stat_activity"
                        + " where application_name = '" + application + "'")) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
