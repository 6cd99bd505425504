package org.kumiki.store.jdbc.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;

/** What goes wrong between a store and its database, and what is said of it. */
class DatabaseTest {

    private static final String NAME = "database";

    private final PgCluster cluster = PgCluster.shared();
    private String schema;

    @BeforeEach
    void open() {
        schema = cluster.newSchema();
    }

    @AfterEach
    void close() {
        cluster.drop(schema);
    }

    private static Database database(Database.Connector connector) {
        return new Database(connector, InstantSource.system(), 2);
    }

    private static int one(Transaction transaction) throws SQLException {
        return transaction.find("select 1", row -> row.getInt(1)).orElseThrow();
    }

    private static void fails(Database.Connector connector, String... saying) {
        try (Database database = database(connector)) {
            assertThatThrownBy(() -> database.call(DatabaseTest::one)).isInstanceOfSatisfying(QueueException.class,
                    failure -> assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE)).hasMessageContainingAll(saying);
        }
    }

    @Test
    void aConnectionThatComesWhileTheStoreIsClosedIsClosedWithIt() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Database database = database(() -> {
            asked.countDown();
            await(closed);
            return cluster.connect(schema, NAME);
        });
        CompletableFuture<Integer> answer = database.run(DatabaseTest::one);
        asked.await();

        Thread.currentThread().interrupt(); // so that it does not wait for the connection
        database.close();
        assertThat(Thread.interrupted()).isTrue();
        closed.countDown();

        assertThatThrownBy(answer::join).hasRootCauseInstanceOf(QueueException.class).hasMessageContaining("closed");
        cluster.awaitEndOf(NAME);
    }

    private static void await(CountDownLatch latch) throws SQLException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
    }

    @Test
    void aTransactionThatLosesItsConnectionIsTriedAgain() {
        try (Database database = database(() -> cluster.connect(schema, NAME))) {
            CountDownLatch tries = new CountDownLatch(2);

            int answer = database.call(transaction -> {
                tries.countDown();
                if (tries.getCount() > 0) {
                    transaction.query("select pg_terminate_backend(pg_backend_pid())", row -> 1);
                }
                return one(transaction);
            });

            assertThat(answer).isEqualTo(1);
            assertThat(tries.getCount()).isZero();
        }
    }

    @Test
    void whatGoesWrongIsSaidWithWhatToDo() {
        cluster.execute("create role " + schema + " login password 'right'");
        try {
            fails(() -> connect(cluster.url(schema), "wrong"), "password", schema, ".password", PgQueueStore.PID);
            fails(() -> connect(cluster.url("nothing"), "right"), "no schema", "make it", "url");
            cluster.execute("grant usage on schema " + schema + " to " + schema);
            fails(() -> connect(cluster.url(schema), "right"), "permission denied", "grant create");
            cluster.execute("revoke usage on schema " + schema + " from " + schema);
            fails(() -> connect(cluster.url(schema).replace("/postgres?", "/nowhere?"), "right"), "\"nowhere\" does not exist", "url", PgQueueStore.PID);
            fails(() -> connect("jdbc:postgresql://127.0.0.1:1/postgres", "right"), "refused", "start it", "url");
        } finally {
            cluster.execute("drop role " + schema);
        }
    }

    private Connection connect(String url, String password) throws SQLException {
        return DriverManager.getConnection(url, schema, password);
    }

    @Test
    void tablesOfAnotherVersionAreLeftAlone() {
        try (Database database = database(() -> cluster.connect(schema, NAME))) {
            database.call(DatabaseTest::one);
        }
        cluster.execute("update " + schema + ".kumiki_store set version = 7");

        fails(() -> cluster.connect(schema, NAME), "version 7", "knows version 1", "currentSchema");

        cluster.execute("update " + schema + ".kumiki_store set version = 1");
        try (Database database = database(() -> cluster.connect(schema, NAME))) {
            database.call(DatabaseTest::one);
        }
    }
}
