package org.kumiki.store.jdbc.queues;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.time.Timeline;
import org.kumiki.store.jdbc.queues.Receiving.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who wait for messages, and hold no thread. One of them at a time asks for a queue, the longest waiting first, and the next one if he got some:
 * when somebody has made something visible, when the next message becomes visible by itself, and every few seconds. Thread-safe.
 */
final class Waiting {

    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

    private final Database database;
    private final Receiving receiving;
    private final Timeline time;
    /** By the numbers of queues. */
    private final Map<Long, Room> rooms = new ConcurrentHashMap<>();
    /** Of the queues that have a room. */
    private final Map<QueueId, Long> numbers = new ConcurrentHashMap<>();
    /** How often somebody has been woken: who comes into a room looks whether he missed that. */
    private final AtomicLong wakes = new AtomicLong();
    /** What is going on that nobody waits for. */
    private final AtomicLong busy = new AtomicLong();
    private volatile boolean closed;

    private record Waiter(QueueId queue, Receive receive, CompletableFuture<List<Delivery>> answer) {

        /** Whether he wants no more: he has been answered, or has called it off. */
        boolean isDone() {
            return answer.isDone();
        }
    }

    /** Those who wait at a queue; its lock guards what is in it. */
    private static final class Room {

        private final QueueId id;
        private final long queue;
        private final Deque<Waiter> waiters = new ArrayDeque<>();
        private boolean isAsking;
        private boolean askAgain;
        private Runnable noAlarm = () -> {
        };

        private Room(QueueId id, long queue) {
            this.id = id;
            this.queue = queue;
        }
    }

    Waiting(Database database, Receiving receiving, Timeline time) {
        this.database = database;
        this.receiving = receiving;
        this.time = time;
    }

    /** Nobody asks on his own at this moment. */
    boolean isIdle() {
        return busy.get() == 0;
    }

    /** What is begun in between does not count as idle until it is done. */
    void background(CompletableFuture<?> work) {
        busy.incrementAndGet();
        work.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("Something will be done later", failure);
            }
            busy.decrementAndGet();
        });
    }

    /** Asks at once, and waits if there is nothing; where others wait, there is nothing for who comes later. */
    CompletableFuture<List<Delivery>> receive(QueueId id, Receive receive) {
        Waiter waiter = new Waiter(id, receive, new CompletableFuture<>());
        boolean isPatient = !receive.patience().isZero();
        if (isPatient) {
            Runnable noMore = time.after(receive.patience(), () -> answer(waiter, List.of()));
            waiter.answer().whenComplete((deliveries, failure) -> noMore.run());
        }
        Optional<Room> others = isPatient && receive.attempt().isEmpty() ? queueUp(waiter) : Optional.empty();
        if (others.isPresent()) {
            serve(others.get());
        } else {
            askFirst(waiter, isPatient);
        }
        return waiter.answer();
    }

    private void askFirst(Waiter waiter, boolean isPatient) {
        long before = wakes.get();
        busy.incrementAndGet();
        ask(waiter).whenComplete((answer, failure) -> {
            if (failure != null) {
                waiter.answer().completeExceptionally(Failures.plain(failure));
            } else if (!answer.deliveries().isEmpty()) {
                hand(waiter, answer.deliveries());
            } else if (isPatient) {
                enter(answer, waiter, before);
            } else if (answer.isFull()) {
                waiter.answer().completeExceptionally(Failures.tooManyInFlight(waiter.queue()));
            } else {
                waiter.answer().complete(List.of());
            }
            busy.decrementAndGet();
        });
    }

    /** Where others wait, he does so behind them. */
    private Optional<Room> queueUp(Waiter waiter) {
        Optional<Room> joined = Optional.ofNullable(numbers.get(waiter.queue())).map(number -> rooms.computeIfPresent(number, (key, room) -> {
            synchronized (room) {
                room.waiters.add(waiter);
            }
            return room;
        }));
        joined.ifPresent(room -> waiter.answer().whenComplete((deliveries, failure) -> leave(room.queue)));
        return joined;
    }

    private CompletableFuture<Answer> ask(Waiter waiter) {
        return database.run(transaction -> receiving.receive(transaction, waiter.queue(), waiter.receive(), waiter::isDone));
    }

    private void answer(Waiter waiter, List<Delivery> deliveries) {
        database.execute(() -> waiter.answer().complete(deliveries), () -> waiter.answer().completeExceptionally(Failures.closed()));
    }

    private void hand(Waiter waiter, List<Delivery> deliveries) {
        if (!waiter.answer().complete(deliveries)) {
            giveBack(waiter.queue(), deliveries);
        }
    }

    /** Nobody has taken them: he has called it off. */
    private void giveBack(QueueId queue, List<Delivery> deliveries) {
        List<String> receipts = deliveries.stream().map(Delivery::receipt).toList();
        List<Duration> atOnce = deliveries.stream().map(delivery -> Duration.ZERO).toList();
        background(database.run(transaction -> Dealing.hide(transaction, queue, receipts, atOnce)));
    }

    private void enter(Answer answer, Waiter waiter, long wakesBefore) {
        Room entered = rooms.compute(answer.queue(), (number, present) -> {
            Room room = present == null ? new Room(waiter.queue(), number) : present;
            synchronized (room) {
                room.waiters.add(waiter);
            }
            numbers.put(room.id, number);
            return room;
        });
        waiter.answer().whenComplete((deliveries, failure) -> leave(entered.queue));
        setAlarm(entered, answer.next());
        if (wakes.get() != wakesBefore) {
            serve(entered);
        }
        if (closed) {
            close();
        }
    }

    /** Whoever has been answered does not wait any more; where nobody waits, there is no room. */
    private void leave(long queue) {
        rooms.computeIfPresent(queue, (number, room) -> {
            synchronized (room) {
                room.waiters.removeIf(Waiter::isDone);
                if (!room.waiters.isEmpty()) {
                    return room;
                }
                room.noAlarm.run();
            }
            numbers.remove(room.id, number);
            return null;
        });
    }

    /** There may be something at a queue. */
    void wake(long queue) {
        wakes.incrementAndGet();
        Room room = rooms.get(queue);
        if (room != null) {
            serve(room);
        }
    }

    /** There may be something anywhere. */
    void wakeAll() {
        rooms.keySet().forEach(this::wake);
    }

    private void setAlarm(Room room, Optional<Long> next) {
        if (next.isPresent()) {
            Runnable noAlarm = time.after(Duration.ofMillis(Math.max(1, next.get() - time.millis())), () -> wake(room.queue));
            synchronized (room) {
                room.noAlarm.run();
                room.noAlarm = noAlarm;
            }
            if (next.get() <= time.millis()) {
                // It became visible meanwhile.
                wake(room.queue);
            }
        }
    }

    private void serve(Room room) {
        synchronized (room) {
            if (room.isAsking) {
                room.askAgain = true;
                return;
            }
            room.isAsking = true;
        }
        busy.incrementAndGet();
        askNext(room);
    }

    private void askNext(Room room) {
        Optional<Waiter> next;
        synchronized (room) {
            room.askAgain = false;
            next = room.waiters.stream().filter(waiter -> !waiter.isDone()).findFirst();
        }
        if (next.isEmpty()) {
            rest(room);
            return;
        }
        Waiter waiter = next.get();
        ask(waiter).whenComplete((answer, failure) -> {
            if (failure != null) {
                dismiss(room, Failures.plain(failure));
                rest(room);
            } else if (!answer.deliveries().isEmpty()) {
                hand(waiter, answer.deliveries());
                askNext(room);
            } else if (waiter.isDone()) {
                askNext(room);
            } else {
                setAlarm(room, answer.next());
                rest(room);
            }
        });
    }

    private void rest(Room room) {
        boolean isMissed;
        synchronized (room) {
            room.isAsking = false;
            isMissed = room.askAgain;
        }
        if (isMissed) {
            serve(room);
        }
        busy.decrementAndGet();
    }

    private static void dismiss(Room room, Throwable failure) {
        List<Waiter> all;
        synchronized (room) {
            all = new ArrayList<>(room.waiters);
        }
        all.forEach(waiter -> waiter.answer().completeExceptionally(failure));
    }

    /** Whoever waits is told so. */
    void close() {
        closed = true;
        rooms.values().forEach(room -> dismiss(room, Failures.closed()));
    }
}
