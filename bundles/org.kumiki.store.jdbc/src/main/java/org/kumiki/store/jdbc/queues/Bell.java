package org.kumiki.store.jdbc.queues;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other control planes at which queues somebody may find something, and hears it from them ({@code NOTIFY}). That is not done in the transaction
 * that has made it visible: commits that notify wait for each other, and a flush each, where others share one. What is lost so, or with a connection, is
 * found by those who wait when they look the next time. Thread-safe.
 */
final class Bell implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Bell.class);
    private static final String THREAD = "kumiki-queues-bell";
    private static final String CHANNEL = "kumiki_queue";
    private static final String RING = "select pg_notify('" + CHANNEL + "', ?)";
    /** Those who wait look for themselves as often as that. */
    private static final int LOOK_MILLIS = 3_000;
    /** A message of the database has 8000 bytes at most. */
    private static final int AT_ONCE = 300;

    /** Asked for when a bell is made: without the driver's own package there is none, and that is said at once. */
    private final Class<PGConnection> notified = PGConnection.class;
    private final Database database;
    private final Waiting waiting;
    private final String own = UUID.randomUUID().toString();
    private final Set<Long> untold = new LinkedHashSet<>();
    private boolean isRinging;
    private final Thread listener = new Thread(this::listen, THREAD);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Connection connection;

    Bell(Database database, Waiting waiting) {
        this.database = database;
        this.waiting = waiting;
    }

    void start() {
        listener.start();
    }

    /** Here at once, and there soon. */
    void ring(Set<Long> queues) {
        if (queues.isEmpty()) {
            return;
        }
        queues.forEach(waiting::wake);
        synchronized (untold) {
            untold.addAll(queues);
            if (isRinging) {
                return;
            }
            isRinging = true;
        }
        tell();
    }

    private void tell() {
        database.run(transaction -> transaction.query(RING, row -> 1, next())).whenComplete((told, failure) -> {
            boolean isMore;
            synchronized (untold) {
                isMore = failure == null && !untold.isEmpty();
                isRinging = isMore;
            }
            if (failure != null) {
                LOG.debug("The others look for themselves", failure);
            }
            if (isMore) {
                tell();
            }
        });
    }

    private String next() {
        synchronized (untold) {
            List<Long> some = untold.stream().limit(AT_ONCE).toList();
            some.forEach(untold::remove);
            return some.stream().map(String::valueOf).collect(Collectors.joining(" ", own + " ", ""));
        }
    }

    private void listen() {
        boolean isAway = false;
        while (closed.getCount() > 0) {
            try {
                connection = database.connect();
                if (isAway) {
                    LOG.info("The database of the queues is back");
                }
                isAway = false;
                hear(connection);
            } catch (SQLException | RuntimeException e) {
                if (!isAway && closed.getCount() > 0) {
                    LOG.warn("{}; it is tried again every {} seconds", Failures.of(e).getMessage(), LOOK_MILLIS / 1_000);
                }
                LOG.debug("What others do is not heard of for a while", e);
                isAway = true;
            }
            if (connection != null) {
                database.close(connection);
            }
            waiting.wakeAll();
            pause();
        }
    }

    private void hear(Connection from) throws SQLException {
        from.setAutoCommit(true);
        try (Statement statement = from.createStatement()) {
            statement.execute("listen " + CHANNEL);
        }
        PGConnection notifying = from.unwrap(notified);
        while (closed.getCount() > 0) {
            PGNotification[] notifications = notifying.getNotifications(LOOK_MILLIS);
            if (notifications == null || notifications.length == 0) {
                waiting.wakeAll();
            } else {
                Arrays.stream(notifications).map(PGNotification::getParameter).filter(text -> !text.startsWith(own)).forEach(this::heard);
            }
        }
    }

    private void heard(String text) {
        Arrays.stream(text.split(" ")).skip(1).map(Long::valueOf).forEach(waiting::wake);
    }

    private void pause() {
        try {
            closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Connection last = connection;
        if (last != null) {
            try {
                last.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A connection did not break off in peace", e);
            }
        }
    }
}
