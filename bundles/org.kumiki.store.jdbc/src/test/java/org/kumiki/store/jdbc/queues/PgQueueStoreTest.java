package org.kumiki.store.jdbc.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.queue.contract.ManualTimeline;
import org.kumiki.queue.contract.QueueStoreContract;

class PgQueueStoreTest implements QueueStoreContract {

    private static final int RUNS = 20;

    private final PgCluster cluster = PgCluster.shared();
    private final ManualTimeline time = new ManualTimeline(BEGIN);
    private String schema;
    private ControlPlane plane;

    @BeforeEach
    void open() {
        schema = cluster.newSchema();
        plane = new ControlPlane(cluster, schema, time);
    }

    @AfterEach
    void close() {
        plane.close();
        cluster.drop(schema);
    }

    @Test
    void isForPostgresqlOnly() {
        assertThatThrownBy(() -> PgQueueStore.check("jdbc:h2:mem:x")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("jdbc:postgresql:");
    }

    @ParameterizedTest
    @EnumSource
    void limitsWhatIsInFlight(Ordering ordering) {
        int limit = ordering.grouped() ? QueueStore.IN_FLIGHT_OF_GROUPS : QueueStore.IN_FLIGHT;
        create(ordering);
        send(IntStream.rangeClosed(0, limit).mapToObj(i -> QueueStoreContract.message("", "g", Integer.toString(i))).toArray(Outgoing[]::new));

        List<Delivery> deliveries = receive(QUEUE, limit + 1);

        assertThat(deliveries).hasSize(limit);
        QueueStoreContract.failsWith(Reason.TOO_MANY_IN_FLIGHT, () -> receive(QUEUE, 1));
        QueueStoreContract.get(store().delete(QUEUE, deliveries.stream().map(Delivery::receipt).toList()));
        assertThat(QueueStoreContract.get(store().receive(QUEUE, QueueStoreContract.waiting(Duration.ofSeconds(20))))).hasSize(1);
    }

    @Test
    void purgesAndDeletesWhatIsMoreThanOnePart() {
        int count = 2 * Catalog.PART_SIZE + 1;
        create(Ordering.NONE);
        send(IntStream.range(0, count).mapToObj(i -> QueueStoreContract.message("")).toArray(Outgoing[]::new));
        assertThat(store().counts(QUEUE).messages()).isEqualTo(count);

        store().purge(QUEUE);

        assertThat(store().counts(QUEUE).messages()).isZero();
        send(IntStream.range(0, count).mapToObj(i -> QueueStoreContract.message("")).toArray(Outgoing[]::new));
        store().delete(QUEUE);
        create(Ordering.NONE);
        assertThat(store().counts(QUEUE).messages()).isZero();
        assertThat(messages()).isZero();
    }

    /** Of all queues, also of those that are gone. */
    private long messages() {
        try (Connection connection = cluster.connect(schema, "tests"); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from kumiki_message")) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** {@link QueueStoreContract} has a hundred, of a store that is faster. */
    @Override
    @Test
    @Timeout(600)
    public void doesWhatTheModelDoes() {
        if (System.getProperty("kumiki.runs") == null) {
            System.setProperty("kumiki.runs", Integer.toString(RUNS));
        }
        QueueStoreContract.super.doesWhatTheModelDoes();
    }

    /** At a moment when nothing goes on that nobody has asked for, so that it is known what comes next. */
    @Override
    public QueueStore store() {
        while (!plane.store.isIdle()) {
            Thread.onSpinWait();
        }
        return plane.store;
    }

    @Override
    public ManualTimeline time() {
        return time;
    }

    @Override
    public QueueStore reopen() {
        plane.close();
        plane = new ControlPlane(cluster, schema, time);
        return plane.store;
    }

    @Override
    public QueueStore crash(Runnable unanswered, RandomGenerator random) {
        unanswered.run();
        try {
            plane.crash();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        plane = new ControlPlane(cluster, schema, time);
        return plane.store;
    }
}
