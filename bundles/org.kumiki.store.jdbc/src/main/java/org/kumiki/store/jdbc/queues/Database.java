package org.kumiki.store.jdbc.queues;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions, as many at a time as there are threads, each with a connection. What is committed is durable. A connection that failed is not used
 * again; what was not committed by then is tried once more on another one, as is what has lost a race. Thread-safe.
 */
final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String THREADS = "kumiki-queues-database-";
    private static final int ATTEMPTS = 5;
    private static final int PATIENCE_SECONDS = 5;

    /**
     * Acknowledged is durable, whatever the database does otherwise. Plans are those that the indexes are made for, whatever the statistics of a queue
     * that was empty a moment ago say. And a control plane that is gone with all of its machine, so that its connections do not break, holds messages and
     * groups for a minute and no longer.
     */
    private static final String SESSION = "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';"
            + " set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off;"
            + " set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;"
            + " set idle_in_transaction_session_timeout = '60s'; set statement_timeout = '50s'";

    /** Opens a connection, each time a new one. */
    interface Connector {

        Connection connect() throws SQLException;
    }

    /** What is done in one transaction; perhaps several times, until it works. */
    interface Work<T> {

        T in(Transaction transaction) throws SQLException;
    }

    private final Connector connector;
    private final InstantSource clock;
    private final ExecutorService workers;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;
    /** Null until the tables are there. */
    private volatile Receipts receipts;
    private volatile Consumer<Set<Long>> wake = queues -> {
    };

    Database(Connector connector, InstantSource clock, int connections) {
        this.connector = connector;
        this.clock = clock;
        AtomicInteger threads = new AtomicInteger();
        workers = Executors.newFixedThreadPool(connections, task -> new Thread(task, THREADS + threads.incrementAndGet()));
    }

    /** @param listener is told at which queues somebody may find something, right after the commit */
    void onWake(Consumer<Set<Long>> listener) {
        wake = listener;
    }

    /** Fails with what went wrong itself. */
    <T> CompletableFuture<T> run(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(() -> {
            try {
                answer.complete(transact(work));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }, () -> answer.completeExceptionally(Failures.closed()));
        return answer;
    }

    /** Blocks until it is done. */
    <T> T call(Work<T> work) {
        try {
            return run(work).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Runs something on a thread of the store. */
    void execute(Runnable task, Runnable ifClosed) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The store of queues is closed", e);
            ifClosed.run();
        }
    }

    private <T> T transact(Work<T> work) {
        for (int attempt = 1;; attempt++) {
            try {
                Optional<T> result = attempt(work, attempt < ATTEMPTS);
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (SQLException e) {
                throw Failures.of(e);
            }
        }
    }

    /**
     * @param mayRepeat whether a failure that passes is no failure
     * @return nothing, if it should be tried again
     */
    private <T> Optional<T> attempt(Work<T> work, boolean mayRepeat) throws SQLException {
        Connection connection = take();
        Transaction transaction = new Transaction(connection, receipts, clock.millis());
        T result;
        try {
            result = work.in(transaction);
        } catch (SQLException e) {
            boolean isGone = Failures.isDisconnection(e);
            giveUp(connection, isGone);
            if (mayRepeat && (isGone || Failures.hasLostARace(e))) {
                LOG.debug("A transaction is tried again", e);
                return Optional.empty();
            }
            throw e;
        } catch (RuntimeException e) {
            giveUp(connection, false);
            throw e;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            // Whether it has happened is not known: so it is not tried again.
            giveUp(connection, true);
            throw e;
        }
        idle.push(connection);
        wake.accept(transaction.woken());
        return Optional.of(result);
    }

    private Connection take() throws SQLException {
        Connection used = idle.poll();
        if (used != null) {
            return used;
        }
        return connect();
    }

    /** A connection that belongs to who asked for it. */
    Connection connect() throws SQLException {
        Connection connection = connector.connect();
        open.add(connection);
        try {
            if (isClosed) {
                throw Failures.closed();
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(SESSION);
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            receipts = Schema.prepare(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    /** @param isGone the server has ended, most likely, so that no other connection is any good, either */
    private void giveUp(Connection connection, boolean isGone) {
        try {
            if (!isGone) {
                connection.rollback();
                idle.push(connection);
                return;
            }
        } catch (SQLException e) {
            LOG.debug("A transaction could not be taken back, and ends with its connection", e);
        }
        close(connection);
        for (Connection other = idle.poll(); other != null; other = idle.poll()) {
            close(other);
        }
    }

    /** One that is not used again. */
    void close(Connection connection) {
        open.remove(connection);
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not close in peace", e);
        }
    }

    /** Lets what is going on come to an end, for a while; what has not is taken back by the database. */
    @Override
    public void close() {
        isClosed = true;
        workers.shutdown();
        try {
            if (!workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Some transactions of the queues have not ended, and are broken off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Connection connection : open) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A connection did not break off in peace", e);
            }
        }
    }
}
