package org.kumiki.queue.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Redrive;
import org.kumiki.queue.log.Change.Hidden;
import org.kumiki.queue.log.Change.Redriven;
import org.kumiki.queue.log.Change.Repeated;
import org.kumiki.queue.log.Change.Taken;
import org.kumiki.wal.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages. Whoever asks waits for his turn, if only for a moment: messages go to those who wait in the order in which they came. What is to be
 * done without the lock, to read what is delivered, is done while the delivery is being written down.
 */
final class Receiving {

    private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

    /** With one flush at most, so that nobody waits long for the lock. */
    private static final int REDRIVEN_AT_ONCE = 1_000;

    private final Desk desk;

    Receiving(Desk desk) {
        this.desk = desk;
    }

    CompletableFuture<List<Delivery>> receive(QueueId id, Receive receive) {
        Waiter waiter = Waiter.of(receive);
        LiveQueue queue;
        List<Runnable> afterwards;
        synchronized (desk.queues()) {
            queue = desk.queue(id);
            Optional<String> attempt = receive.attempt().filter(name -> queue.grouped());
            if (attempt.filter(queue.pendingAttempts()::contains).isPresent()) {
                return queue.lastChange().thenCompose(settled -> receive(id, receive));
            }
            Optional<Runnable> again = attempt.flatMap(name -> deliverAgain(queue, name, waiter));
            if (again.isPresent()) {
                afterwards = List.of(again.get());
            } else {
                queue.waiters().add(waiter);
                afterwards = deliver(queue);
            }
        }
        afterwards.forEach(Runnable::run);
        if (!waiter.isDone() && !receive.patience().isZero()) {
            await(queue, waiter);
        }
        return waiter.answer();
    }

    private void await(LiveQueue queue, Waiter waiter) {
        Runnable noMore = desk.time().after(waiter.receive().patience(), () -> answer(() -> waiter.answer().complete(List.of())));
        waiter.answer().whenComplete((deliveries, failure) -> {
            noMore.run();
            synchronized (desk.queues()) {
                queue.waiters().remove(waiter);
            }
        });
    }

    private void answer(Runnable task) {
        try {
            desk.answers().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The store of queues is closed, and who waited has been told", e);
        }
    }

    /** Looks whether there is something for those who wait. */
    void serve(LiveQueue queue) {
        List<Runnable> afterwards;
        synchronized (desk.queues()) {
            queue.answered();
            afterwards = deliver(queue);
        }
        afterwards.forEach(Runnable::run);
    }

    /** What is to be done without the lock. */
    private List<Runnable> deliver(LiveQueue queue) {
        long now = desk.now();
        desk.passTime(queue, now);
        List<Runnable> afterwards = new ArrayList<>();
        CompletableFuture<?> before = queue.lastChange();
        for (Optional<Runnable> next = next(queue, now); next.isPresent(); next = next(queue, now)) {
            queue.waiters().remove();
            afterwards.add(next.get());
        }
        // Others who do not wait have been answered at once as well; so it can be the last one only.
        if (!queue.waiters().isEmpty() && queue.waiters().peekLast().receive().patience().isZero()) {
            Waiter impatient = queue.waiters().removeLast();
            boolean isFull = queue.roomInFlight() == 0;
            // Whoever hears that there is nothing can rely on it that what was received too often is where it belongs.
            CompletableFuture<?> done = queue.lastChange() == before ? CompletableFuture.completedFuture(null) : queue.lastChange();
            afterwards.add(() -> done.whenComplete((changed, failure) -> giveNothing(queue, impatient, isFull)));
        }
        setAlarm(queue, now);
        return afterwards;
    }

    /** What becomes of who has waited longest; nothing, if nobody waits or he has to go on waiting. */
    private Optional<Runnable> next(LiveQueue queue, long now) {
        while (!queue.waiters().isEmpty() && queue.waiters().peek().isDone()) {
            queue.waiters().remove();
        }
        Optional<Waiter> waiter = Optional.ofNullable(queue.waiters().peek());
        if (queue.isGone()) {
            return waiter.map(each -> () -> fail(each, Failures.noQueue(queue.settings().id())));
        }
        return waiter.flatMap(each -> deliver(queue, each, now));
    }

    private static void giveNothing(LiveQueue queue, Waiter waiter, boolean isFull) {
        if (isFull) {
            fail(waiter, new QueueException(Reason.TOO_MANY_IN_FLIGHT, "as many messages of the queue " + queue.settings().id()
                    + " are in flight as may be: delete some that have been received, or wait until their time is up"));
        } else {
            waiter.answer().complete(List.of());
        }
    }

    private static void fail(Waiter waiter, QueueException failure) {
        waiter.answer().completeExceptionally(failure);
    }

    /** Wakes those who wait when the next message becomes visible by itself. */
    private void setAlarm(LiveQueue queue, long now) {
        if (queue.alarm() <= now) {
            queue.setAlarm(Long.MAX_VALUE);
        }
        if (!queue.waiters().isEmpty() && queue.nextDue() < queue.alarm()) {
            queue.setAlarm(queue.nextDue());
            desk.time().after(Duration.ofMillis(queue.nextDue() - now), () -> answer(() -> serve(queue)));
        }
    }

    /** Nothing, if there is no message for him. */
    private Optional<Runnable> deliver(LiveQueue queue, Waiter waiter, long now) {
        Receive receive = waiter.receive();
        Optional<Redrive> redrive = queue.settings().settings().redrive();
        Optional<LiveQueue> deadLetters = redrive.flatMap(to -> desk.queues().find(to.to())).filter(to -> to != queue);
        int redriveAfter = deadLetters.isPresent() ? redrive.orElseThrow().afterReceives() : Integer.MAX_VALUE;
        while (queue.roomInFlight() > 0) {
            int most = Math.min(receive.most(), queue.roomInFlight());
            LiveQueue.Taking taking = queue.take(most, REDRIVEN_AT_ONCE, redriveAfter, now);
            if (taking.received().isEmpty() && taking.redriven().isEmpty()) {
                return Optional.empty();
            }
            CompletableFuture<Void> written = write(queue, taking, receive, deadLetters, now);
            if (!taking.received().isEmpty()) {
                List<Handing> handed = taking.received().stream().map(row -> Handing.of(row, now, desk.queues())).toList();
                return Optional.of(() -> hand(queue, waiter, handed, written));
            }
        }
        return Optional.empty();
    }

    private CompletableFuture<Void> write(LiveQueue queue, LiveQueue.Taking taking, Receive receive, Optional<LiveQueue> deadLetters, long now) {
        List<Change> changes = new ArrayList<>();
        List<Long> received = taking.received().stream().map(Row::sequence).toList();
        Optional<String> attempt = receive.attempt().filter(name -> queue.grouped() && !received.isEmpty());
        if (!received.isEmpty()) {
            Duration visibility = receive.visibility().orElse(queue.settings().settings().visibility());
            changes.add(new Taken(queue.number(), now, Desk.after(now, visibility), received, attempt));
        }
        if (!taking.redriven().isEmpty()) {
            LiveQueue to = deadLetters.orElseThrow();
            changes.add(new Redriven(queue.number(), to.number(), taking.redriven(), to.newSequences(taking.redriven().size())));
        }
        queue.receiving(received.size());
        attempt.ifPresent(queue.pendingAttempts()::add);
        return desk.write(queue, changes, () -> {
            queue.unmark(received);
            queue.unmark(taking.redriven());
            queue.receiving(-received.size());
            attempt.ifPresent(queue.pendingAttempts()::remove);
        });
    }

    /** What an attempt was given, as long as nothing has been done with it; its time begins anew. */
    private Optional<Runnable> deliverAgain(LiveQueue queue, String name, Waiter waiter) {
        long now = desk.now();
        desk.passTime(queue, now);
        Optional<Attempt> attempt = queue.attempt(name);
        if (attempt.isEmpty()) {
            return Optional.empty();
        }
        List<Long> sequences = new ArrayList<>();
        List<Handing> handed = new ArrayList<>();
        for (int i = 0; i < attempt.get().sequences().length; i++) {
            int receives = attempt.get().receives()[i];
            Optional<Row> row = queue.find(attempt.get().sequences()[i])
                    .filter(each -> each.state() == Row.IN_FLIGHT && each.receives() == receives && each.due() == attempt.get().until());
            if (row.isEmpty()) {
                return Optional.empty();
            }
            sequences.add(row.get().sequence());
            handed.add(Handing.again(row.get(), desk.queues()));
        }
        sequences.forEach(queue::mark);
        long until = Desk.after(now, waiter.receive().visibility().orElse(queue.settings().settings().visibility()));
        CompletableFuture<Void> written = desk.write(queue, List.of(new Repeated(queue.number(), name, until)), () -> queue.unmark(sequences));
        return Optional.of(() -> hand(queue, waiter, handed, written));
    }

    /**
     * A message that is being delivered.
     *
     * @param receives this time included
     */
    private record Handing(Row row, long first, int receives, Optional<QueueId> from) {

        static Handing of(Row row, long now, Queues queues) {
            return new Handing(row, row.first() == 0 ? now : row.first(), row.receives() + 1, from(row, queues));
        }

        static Handing again(Row row, Queues queues) {
            return new Handing(row, row.first(), row.receives(), from(row, queues));
        }

        private static Optional<QueueId> from(Row row, Queues queues) {
            return queues.find(row.from()).map(queue -> queue.settings().id());
        }
    }

    private void hand(LiveQueue queue, Waiter waiter, List<Handing> handed, CompletableFuture<Void> written) {
        List<Delivery> deliveries = new ArrayList<>();
        List<IOException> unread = new ArrayList<>();
        for (Handing each : handed) {
            try {
                content(queue, each.row()).map(content -> delivery(queue, each, content)).ifPresent(deliveries::add);
            } catch (IOException e) {
                LOG.error("A message of the queue {} cannot be read, and is not delivered", queue.settings().id(), e);
                unread.add(e);
            }
        }
        written.whenComplete((done, failure) -> {
            if (failure != null) {
                waiter.answer().completeExceptionally(Failures.of(failure));
            } else if (deliveries.isEmpty() && !unread.isEmpty()) {
                waiter.answer().completeExceptionally(Failures.of(unread.get(0)));
            } else if (!waiter.answer().complete(List.copyOf(deliveries))) {
                giveBack(queue, handed);
            }
        });
    }

    /** Nothing, if somebody has purged the queue meanwhile. */
    private Optional<Content> content(LiveQueue queue, Row row) throws IOException {
        try {
            return Optional.of(Queues.content(desk.log().read(row.place())));
        } catch (IOException e) {
            Optional<Place> place;
            synchronized (desk.queues()) {
                place = queue.find(row.sequence()).map(Row::place);
            }
            if (place.isPresent() && place.get().equals(row.place())) {
                throw e;
            }
            return place.isEmpty() ? Optional.empty() : Optional.of(Queues.content(desk.log().read(place.get())));
        }
    }

    private Delivery delivery(LiveQueue queue, Handing handing, Content content) {
        Row row = handing.row();
        String receipt = desk.receipts().write(new Receipts.Receipt(queue.number(), row.sequence(), handing.receives()));
        return new Delivery(desk.receipts().identifier(content.queue(), content.sequence()), receipt, row.sequence(), content.body(),
                content.attributes(), content.group(), content.deduplication(), Instant.ofEpochMilli(row.sent()),
                Instant.ofEpochMilli(handing.first()), handing.receives(), handing.from());
    }

    /** Nobody has taken them: he has called it off. */
    private void giveBack(LiveQueue queue, List<Handing> handed) {
        synchronized (desk.queues()) {
            List<Long> sequences = handed.stream().filter(each -> queue.find(each.row().sequence()).filter(row -> row.state() == Row.IN_FLIGHT
                    && row.receives() == each.receives()).isPresent()).map(each -> each.row().sequence()).toList();
            if (!sequences.isEmpty()) {
                sequences.forEach(queue::mark);
                List<Long> visible = sequences.stream().map(sequence -> 0L).toList();
                desk.write(queue, List.of(new Hidden(queue.number(), sequences, visible)), () -> queue.unmark(sequences)).exceptionally(failure -> {
                    LOG.debug("Messages that nobody has taken are visible when their time is up", failure);
                    return null;
                });
            }
        }
    }
}
