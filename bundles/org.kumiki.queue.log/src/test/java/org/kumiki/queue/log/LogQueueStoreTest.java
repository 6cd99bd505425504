package org.kumiki.queue.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Sent;
import org.kumiki.queue.contract.ManualTimeline;
import org.kumiki.queue.contract.QueueStoreContract;
import org.kumiki.testing.FaultyDisk;

class LogQueueStoreTest implements QueueStoreContract {

    /** Short, so that some crashes are in the middle of tidying up. */
    private static final long SEGMENT = 4_000;

    @TempDir
    Path temp;

    private final FaultyDisk disk = new FaultyDisk();
    private final ManualTimeline time = new ManualTimeline(BEGIN);
    private Path directory;
    private int crashes;
    private LogQueueStore store;

    @BeforeEach
    void open() {
        open(temp.resolve("queues"));
    }

    private LogQueueStore open(Path where) {
        try {
            directory = where;
            store = new LogQueueStore(directory, disk::open, SEGMENT, time);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        deliveries.forEach(delivery -> store.delete(QUEUE, List.of(delivery.receipt())));
        assertThat(QueueStoreContract.get(store.receive(QUEUE, QueueStoreContract.waiting(Duration.ofSeconds(20))))).hasSize(1);
    }

    @Test
    void onAFullDiskMessagesAreTakenAndDeletedButNotSent() throws IOException {
        create(Ordering.NONE);
        send(QueueStoreContract.message("a"));
        while (!Files.exists(directory.resolve("reserve")) || Files.size(directory.resolve("reserve")) == 0) {
            Thread.onSpinWait();
        }
        disk.leaveRoom(0);

        QueueStoreContract.failsWith(Reason.FULL, () -> send(QueueStoreContract.message("b")));
        assertThat(delete(receiveOne())).isEqualTo(Outcome.DONE);

        disk.hasRoom();
        send(QueueStoreContract.message("c"));
        reopen();
        assertThat(QueueStoreContract.bodies(receive(QUEUE, 10))).containsExactly("c");
    }

    @Test
    void whatCouldNotBeWrittenHasNotHappened() {
        create(Ordering.GROUPS);
        send(QueueStoreContract.message("a", "g", "1"));
        disk.flushes(false);
        QueueStoreContract.failsWith(Reason.UNAVAILABLE, () -> receive(QUEUE, 1));
        QueueStoreContract.failsWith(Reason.UNAVAILABLE, () -> send(QueueStoreContract.message("b", "g", "2")));
        disk.flushes(true);

        send(QueueStoreContract.message("b", "g", "2"));
        Delivery delivery = receiveOne();
        assertThat(delivery.receives()).isEqualTo(1);
        disk.flushes(false);
        QueueStoreContract.failsWith(Reason.UNAVAILABLE, () -> delete(delivery));
        QueueStoreContract.failsWith(Reason.UNAVAILABLE, () -> hide(delivery, Duration.ZERO));
        disk.flushes(true);
        countsAre(QUEUE, 1, 1, 0);
        assertThat(delete(delivery)).isEqualTo(Outcome.DONE);
        assertThat(receiveOne().body()).isEqualTo("b");
    }

    /** Somebody who asks about it meanwhile hears what became of it. */
    @Test
    void whatIsBeingWrittenIsWaitedFor() {
        create(Ordering.GROUPS);
        send(QueueStoreContract.message("a", "g", "1"));
        Delivery delivery = receiveOne();
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdFlushes(gate);
        CompletionStage<List<Sent>> first = store.send(QUEUE, List.of(QueueStoreContract.message("b", "g", "2")));
        CompletionStage<List<Sent>> second = store.send(QUEUE, List.of(QueueStoreContract.message("c", "g", "2")));
        CompletionStage<List<Outcome>> deleted = store.delete(QUEUE, List.of(delivery.receipt()));
        CompletionStage<List<Outcome>> hidden = store.hide(QUEUE, List.of(delivery.receipt()), List.of(VISIBILITY));
        assertThat(second.toCompletableFuture()).isNotDone();
        assertThat(hidden.toCompletableFuture()).isNotDone();

        gate.countDown();

        assertThat(QueueStoreContract.get(second)).isEqualTo(QueueStoreContract.get(first));
        assertThat(QueueStoreContract.get(deleted)).containsExactly(Outcome.DONE);
        assertThat(QueueStoreContract.get(hidden)).containsExactly(Outcome.GONE);
    }

    @Test
    void aChangedBodyIsNotDelivered() throws IOException {
        create(Ordering.NONE);
        send(QueueStoreContract.message("body"));
        Path log = directory.resolve("0000000001.log");
        String bytes = Files.readString(log, StandardCharsets.ISO_8859_1);
        Files.writeString(log, bytes.replace("body", "bode"), StandardCharsets.ISO_8859_1);

        QueueStoreContract.failsWith(Reason.CORRUPT, () -> receive(QUEUE, 1));

        send(QueueStoreContract.message("good"));
        assertThat(QueueStoreContract.bodies(receive(QUEUE, 2))).containsExactly("good");
    }

    @Test
    void segmentsGoWhenNoMessageIsInThem() throws IOException {
        create(Ordering.NONE);
        send(QueueStoreContract.message("stays"));
        receiveOne();

        for (int i = 0; Files.exists(directory.resolve("0000000001.log")); i++) {
            send(QueueStoreContract.message("x".repeat(300) + i));
            delete(receiveOne());
        }

        reopen();
        time().pass(VISIBILITY);
        assertThat(receiveOne().body()).isEqualTo("stays");
    }

    /** Sends and deletes until what was written before is in a checkpoint only. */
    private void writeMuch() {
        for (int i = 0; Files.exists(directory.resolve("0000000001.log")); i++) {
            send(QueueStoreContract.message("x".repeat(300), "much", "much" + i));
            delete(receiveOne());
        }
    }

    @Test
    void aCheckpointKnowsGroupsAndAttemptsAndWhatWasSent() {
        create(Ordering.GROUPS);
        List<Sent> sent = send(QueueStoreContract.message("a1", "a", "1"), QueueStoreContract.message("a2", "a", "2"));
        Receive attempt = new Receive(1, Optional.empty(), Duration.ZERO, Optional.of("attempt"));
        List<Delivery> first = QueueStoreContract.get(store.receive(QUEUE, attempt));
        writeMuch();
        long last = send(QueueStoreContract.message("b", "b", "3")).get(0).sequence();
        delete(receiveOne());

        reopen();

        countsAre(QUEUE, 1, 1, 0);
        assertThat(receive(QUEUE, 10)).as("the others of a group of which one is in flight").isEmpty();
        assertThat(send(QueueStoreContract.message("a1", "a", "1"), QueueStoreContract.message("a2", "a", "2"))).isEqualTo(sent);
        assertThat(QueueStoreContract.get(store.receive(QUEUE, attempt))).isEqualTo(first);
        assertThat(send(QueueStoreContract.message("c", "c", "4")).get(0).sequence()).isGreaterThan(last);
        time().pass(VISIBILITY);
        List<Delivery> again = receive(QUEUE, 10);
        assertThat(again).extracting(Delivery::body).containsExactly("a1", "a2", "c");
        assertThat(again).extracting(Delivery::receives).containsExactly(2, 1, 1);
        assertThat(delete(first.get(0))).as("with the receipt of the first time").isEqualTo(Outcome.EXPIRED);
    }

    @Test
    void aCheckpointKnowsDelaysAndAges() {
        create(Ordering.NONE);
        Duration delay = Duration.ofMinutes(10);
        send(new Outgoing("late", Map.of(), Optional.of(delay), Optional.empty(), Optional.empty()));
        writeMuch();

        reopen();

        countsAre(QUEUE, 0, 0, 1);
        time().pass(delay.minusMillis(1));
        assertThat(receive(QUEUE, 1)).isEmpty();
        time().pass(Duration.ofMillis(1));
        assertThat(receiveOne().body()).isEqualTo("late");
        time().pass(RETENTION.minus(delay).minusMillis(1));
        countsAre(QUEUE, 1, 0, 0);
        time().pass(Duration.ofMillis(1));
        countsAre(QUEUE, 0, 0, 0);
    }

    @Test
    void whoCallsOffTooLateGivesBackWhatHeGot() {
        create(Ordering.NONE);
        send(QueueStoreContract.message("a"));
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdFlushes(gate);
        CompletableFuture<List<Delivery>> called = store.receive(QUEUE, QueueStoreContract.waiting(Duration.ofSeconds(20))).toCompletableFuture();
        called.cancel(false);
        gate.countDown();

        CompletionStage<List<Delivery>> other = store.receive(QUEUE, QueueStoreContract.waiting(Duration.ofSeconds(20)));

        assertThat(QueueStoreContract.get(other).get(0).receives()).isEqualTo(2);
    }

    @Override
    public QueueStore store() {
        return store;
    }

    @Override
    public ManualTimeline time() {
        return time;
    }

    @Override
    public QueueStore reopen() {
        close();
        return open(directory);
    }

    @Override
    public QueueStore crash(Runnable unanswered, RandomGenerator random) {
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdFlushes(gate);
        unanswered.run();
        Path copy = temp.resolve("crash" + crashes++);
        try {
            disk.copyAsIfPowerWereCut(directory, copy, random);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            gate.countDown();
        }
        close();
        return open(copy);
    }
}
