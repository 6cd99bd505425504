package org.kumiki.store.jdbc.queues;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.kumiki.api.time.Timeline;

/** A store, as one control plane has it, and how it dies. */
final class ControlPlane implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    final PgQueueStore store;
    private final PgCluster cluster;
    private final String name = "store" + NUMBERS.incrementAndGet();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    ControlPlane(PgCluster cluster, String schema, Timeline time) {
        this.cluster = cluster;
        store = new PgQueueStore(() -> remember(cluster.connect(schema, name)), 8, time);
    }

    private Connection remember(Connection connection) {
        connections.add(connection);
        return connection;
    }

    /** Its connections break as they do when its process is killed. */
    void crash() throws SQLException {
        for (Connection connection : connections) {
            connection.abort(Runnable::run);
        }
        close();
    }

    @Override
    public void close() {
        store.close();
        cluster.awaitEndOf(name);
    }
}
