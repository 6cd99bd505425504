package org.kumiki.store.jdbc.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Sent;
import org.kumiki.queue.contract.ManualTimeline;
import org.kumiki.queue.contract.QueueStoreContract;

/** Two control planes with one database, and a database that dies. */
class SharedDatabaseTest {

    private static final QueueId QUEUE = QueueStoreContract.QUEUE;
    private static final int CLIENTS = 4;
    private static final int MESSAGES = 100;

    private final PgCluster cluster = PgCluster.shared();
    private final ManualTimeline time = new ManualTimeline(QueueStoreContract.BEGIN);
    private String schema;
    private List<ControlPlane> planes;

    @BeforeEach
    void open() {
        schema = cluster.newSchema();
        planes = List.of(new ControlPlane(cluster, schema, time), new ControlPlane(cluster, schema, time));
    }

    @AfterEach
    void close() {
        planes.forEach(ControlPlane::close);
        cluster.drop(schema);
    }

    private QueueStore plane(int number) {
        return planes.get(number % planes.size()).store;
    }

    private static Outgoing message(int client, int number) {
        return QueueStoreContract.message(client + " " + number, "group" + client, client + " " + number);
    }

    /** Time stands still: so a message that is delivered twice would be so within its visibility. */
    @ParameterizedTest
    @EnumSource
    void deliverEachMessageOnceAndInOrder(Ordering ordering) throws InterruptedException {
        plane(0).create(QUEUE, QueueStoreContract.settings(ordering));
        Map<String, List<String>> got = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(CLIENTS * MESSAGES);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            threads.add(new Thread(() -> IntStream.range(0, MESSAGES)
                    .forEach(number -> QueueStoreContract.get(plane(client + number).send(QUEUE, List.of(message(client, number)))))));
            threads.add(new Thread(() -> {
                while (left.get() > 0) {
                    List<Delivery> deliveries = QueueStoreContract.get(plane(client).receive(QUEUE, QueueStoreContract.receive(3)));
                    deliveries.forEach(delivery -> got.computeIfAbsent(delivery.group().orElseThrow(),
                            group -> Collections.synchronizedList(new ArrayList<>())).add(delivery.body()));
                    // The other one deletes what this one was given.
                    assertThat(QueueStoreContract.get(plane(client + 1).delete(QUEUE, deliveries.stream().map(Delivery::receipt).toList())))
                            .allMatch(Outcome.DONE::equals);
                    left.addAndGet(-deliveries.size());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        for (int client = 0; client < CLIENTS; client++) {
            int of = client;
            List<String> sent = IntStream.range(0, MESSAGES).mapToObj(number -> of + " " + number).toList();
            if (ordering.grouped()) {
                assertThat(got.get("group" + client)).isEqualTo(sent);
            } else {
                assertThat(got.get("group" + client)).containsExactlyInAnyOrderElementsOf(sent);
            }
        }
        assertThat(plane(0).counts(QUEUE).messages()).isZero();
    }

    @Test
    void whoWaitsHereHearsOfWhatIsSentThere() {
        plane(0).create(QUEUE, QueueStoreContract.settings(Ordering.NONE));
        CompletionStage<List<Delivery>> waiting = plane(0).receive(QUEUE, QueueStoreContract.waiting(Duration.ofSeconds(20)));

        QueueStoreContract.get(plane(1).send(QUEUE, List.of(QueueStoreContract.message("a"))));

        assertThat(QueueStoreContract.bodies(QueueStoreContract.get(waiting))).containsExactly("a");
    }

    @Test
    void whoWaitsHereHearsThatTheQueueIsDeletedThere() {
        plane(0).create(QUEUE, QueueStoreContract.settings(Ordering.NONE));
        CompletionStage<List<Delivery>> waiting = plane(0).receive(QUEUE, QueueStoreContract.waiting(Duration.ofSeconds(20)));

        plane(1).delete(QUEUE);

        QueueStoreContract.failsWith(Reason.NO_SUCH_QUEUE, () -> QueueStoreContract.get(waiting));
        assertThat(plane(0).queue(QUEUE)).isEmpty();
    }

    @Test
    void whatIsSentTwiceAtTheSameTimeIsKeptOnce() {
        plane(0).create(QUEUE, QueueStoreContract.settings(Ordering.GROUPS));
        for (int round = 0; round < 50; round++) {
            String deduplication = Integer.toString(round);
            CompletionStage<List<Sent>> here = plane(0).send(QUEUE, List.of(QueueStoreContract.message("a", "a", deduplication)));
            CompletionStage<List<Sent>> there = plane(1).send(QUEUE, List.of(QueueStoreContract.message("b", "b", deduplication)));

            assertThat(QueueStoreContract.get(here)).isEqualTo(QueueStoreContract.get(there));
        }
        assertThat(plane(0).counts(QUEUE).messages()).isEqualTo(50);
    }

    /** What a control plane has given out is hidden until its time is up, and holds its group; then others go on where it was. */
    @Test
    void aGroupGoesOnInOrderWhenTheControlPlaneThatHasGivenOutItsFirstMessageDies() throws SQLException {
        plane(0).create(QUEUE, QueueStoreContract.settings(Ordering.GROUPS));
        for (String body : List.of("a1", "a2", "a3", "b1")) {
            QueueStoreContract.get(plane(1).send(QUEUE, List.of(QueueStoreContract.message(body, body.substring(0, 1), body))));
        }
        Delivery given = QueueStoreContract.get(plane(0).receive(QUEUE, QueueStoreContract.receive(1))).get(0);
        assertThat(given.body()).isEqualTo("a1");
        CompletionStage<List<Delivery>> asked = plane(0).receive(QUEUE, QueueStoreContract.receive(1));
        planes.get(0).crash();

        // Whether it has got so far is not known; the group of a1 has given nothing else in any case.
        List<String> now = QueueStoreContract.bodies(QueueStoreContract.get(plane(1).receive(QUEUE, QueueStoreContract.receive(10))));
        assertThat(now).isSubsetOf("b1");
        assertThat(asked.toCompletableFuture()).isDone();
        time.pass(QueueStoreContract.VISIBILITY);

        List<Delivery> again = QueueStoreContract.get(plane(1).receive(QUEUE, QueueStoreContract.receive(10)));
        assertThat(QueueStoreContract.bodies(again)).filteredOn(body -> body.startsWith("a")).containsExactly("a1", "a2", "a3");
        assertThat(QueueStoreContract.bodies(again)).contains("b1").hasSize(4);
        assertThat(again).filteredOn(delivery -> delivery.body().equals("a1")).extracting(Delivery::receives).containsExactly(2);
        assertThat(QueueStoreContract.get(plane(1).delete(QUEUE, List.of(given.receipt())))).containsExactly(Outcome.EXPIRED);
        assertThat(QueueStoreContract.get(plane(1).delete(QUEUE, again.stream().map(Delivery::receipt).toList()))).containsOnly(Outcome.DONE);
        assertThat(plane(1).counts(QUEUE).messages()).isZero();
    }

    /** A sender and a receiver go on through three deaths of the database, and count on nothing but what they have been told. */
    @ParameterizedTest
    @EnumSource(names = { "NONE", "GROUPS" })
    void nothingIsLostWhenTheDatabaseDies(Ordering ordering) throws InterruptedException {
        plane(0).create(QUEUE, QueueStoreContract.settings(ordering));
        Traffic traffic = new Traffic(plane(0), plane(1));
        traffic.start();
        for (int death = 0; death < 3; death++) {
            traffic.awaitSent(30);
            cluster.kill();
            traffic.awaitFailures(2);
            cluster.start();
            traffic.awaitSent(10);
        }
        traffic.stop();

        assertThat(traffic.failures).allMatch(failure -> failure instanceof QueueException known && known.reason() == Reason.UNAVAILABLE);
        time.pass(QueueStoreContract.VISIBILITY);
        List<String> left = new ArrayList<>();
        for (List<Delivery> some = receiveTen(); !some.isEmpty(); some = receiveTen()) {
            left.addAll(QueueStoreContract.bodies(some));
            QueueStoreContract.get(plane(0).delete(QUEUE, some.stream().map(Delivery::receipt).toList()));
        }
        assertThat(left).doesNotHaveDuplicates().doesNotContainAnyElementsOf(traffic.deleted);
        // Whether a deletion that failed has happened is not known.
        assertThat(traffic.sent).allMatch(body -> left.contains(body) || traffic.deleting.contains(body));
        if (ordering.grouped()) {
            assertThat(left).isSortedAccordingTo(Comparator.comparingInt(body -> Integer.parseInt(body)));
        }
    }

    private List<Delivery> receiveTen() {
        return QueueStoreContract.get(plane(0).receive(QUEUE, QueueStoreContract.receive(10)));
    }

    /** One who sends, and one who receives and deletes. */
    private static final class Traffic {

        final List<String> sent = new CopyOnWriteArrayList<>();
        final List<String> deleting = new CopyOnWriteArrayList<>();
        final List<String> deleted = new CopyOnWriteArrayList<>();
        final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
        private final List<Thread> threads;
        private volatile boolean isOver;

        Traffic(QueueStore here, QueueStore there) {
            AtomicInteger number = new AtomicInteger();
            threads = List.of(new Thread(() -> repeat(() -> send(here, Integer.toString(number.incrementAndGet())))),
                    new Thread(() -> repeat(() -> receive(there))));
        }

        private void repeat(Runnable act) {
            while (!isOver) {
                try {
                    act.run();
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }
        }

        private void send(QueueStore store, String body) {
            QueueStoreContract.get(store.send(QUEUE, List.of(QueueStoreContract.message(body, "g", body))));
            sent.add(body);
        }

        private void receive(QueueStore store) {
            for (Delivery delivery : QueueStoreContract.get(store.receive(QUEUE, QueueStoreContract.receive(1)))) {
                deleting.add(delivery.body());
                assertThat(QueueStoreContract.get(store.delete(QUEUE, List.of(delivery.receipt())))).containsExactly(Outcome.DONE);
                deleted.add(delivery.body());
            }
        }

        void start() {
            threads.forEach(Thread::start);
        }

        void stop() throws InterruptedException {
            isOver = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }

        void awaitSent(int more) {
            awaitSize(sent, more);
        }

        void awaitFailures(int more) {
            awaitSize(failures, more);
        }

        private static void awaitSize(List<?> list, int more) {
            int wanted = list.size() + more;
            while (list.size() < wanted) {
                Thread.onSpinWait();
            }
        }
    }
}
