package org.kumiki.queue.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.queue.contract.QueueStoreContract.get;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Redrive;

/** Does things at random to a queue and the one for its dead letters, and compares what comes of it with the model; all of it follows from a seed. */
final class RandomTraffic {

    private static final Duration MOMENT = Duration.ofSeconds(60);
    private static final Duration RETENTION = Duration.ofMinutes(10);
    private static final int MOST = 10;

    private final QueueStoreContract stores;
    private final Random random;
    private final ModelQueue dead;
    private final ModelQueue queue;
    private final List<ModelQueue> all;
    /** Of the newest deliveries of messages, by the queue. */
    private final Map<QueueId, List<Delivery>> held = new HashMap<>();
    private final Map<QueueId, CompletableFuture<List<Delivery>>> waiting = new HashMap<>();
    private Optional<List<Delivery>> attempt = Optional.empty();
    private Instant attempted = Instant.MIN;
    private final List<String> trace = new ArrayList<>();
    private int names;

    RandomTraffic(QueueStoreContract stores, long seed) {
        this.stores = stores;
        random = new Random(seed);
        Ordering ordering = Ordering.values()[random.nextInt(Ordering.values().length)];
        Duration delay = random.nextInt(4) == 0 ? Duration.ofSeconds(3) : Duration.ZERO;
        QueueSettings settings = new QueueSettings(delay, Duration.ofSeconds(20), RETENTION, Optional.empty(), ordering, Map.of());
        dead = new ModelQueue(new QueueId(QueueStoreContract.OWNER, "dead" + seed), QueueStoreContract.withDelay(settings, Duration.ZERO),
                Optional.empty());
        boolean redrives = random.nextBoolean();
        Optional<Redrive> redrive = redrives ? Optional.of(new Redrive(dead.id, 1 + random.nextInt(3))) : Optional.empty();
        queue = new ModelQueue(new QueueId(QueueStoreContract.OWNER, "queue" + seed),
                new QueueSettings(delay, settings.visibility(), RETENTION, redrive, ordering, Map.of()), redrives ? Optional.of(dead) : Optional.empty());
        all = List.of(dead, queue);
    }

    void run(int acts) {
        all.forEach(each -> stores.store().create(each.id, each.settings));
        for (int i = 0; i < acts; i++) {
            act(random.nextInt(10) < 8 ? queue : dead);
            settle();
        }
        giveUpWaiting();
        all.forEach(each -> stores.store().delete(each.id));
    }

    /** What has been done, for people. */
    String trace() {
        return String.join("\n", trace);
    }

    private void trace(String act, ModelQueue on, Object what) {
        trace.add("%s %s at %s: %s".formatted(act, on.id.name(), now(), what));
    }

    private Instant now() {
        return stores.time().instant();
    }

    private List<ModelQueue> givers(ModelQueue to) {
        return to == dead ? List.of(queue) : List.of();
    }

    private List<Delivery> held(ModelQueue of) {
        return held.computeIfAbsent(of.id, id -> new ArrayList<>());
    }

    private void act(ModelQueue on) {
        switch (random.nextInt(22)) {
        case 0, 1, 2, 3, 4 -> send(on);
        case 5, 6, 7, 8, 9 -> receive(on);
        case 10, 11, 12 -> delete(on);
        case 13, 14 -> hide(on);
        case 15, 16 -> passTime(Duration.ofSeconds(1 + random.nextInt(25)));
        case 17 -> passTime(random.nextInt(4) == 0 ? RETENTION : Duration.ofMinutes(3));
        case 18 -> crash(on);
        case 19 -> rarely(on);
        case 20 -> beginToWait(on);
        default -> tryAttempt(on);
        }
    }

    private void rarely(ModelQueue on) {
        switch (random.nextInt(4)) {
        case 0 -> purge(on);
        case 1 -> move(on);
        case 2 -> {
            giveUpWaiting();
            stores.reopen();
        }
        default -> {
            List<String> forged = List.of("forged", "A".repeat(43));
            assertThat(get(stores.store().delete(on.id, forged))).containsOnly(Outcome.UNKNOWN);
        }
        }
    }

    private List<Outgoing> messages() {
        return IntStream.rangeClosed(0, random.nextInt(5)).mapToObj(i -> {
            String deduplication = Integer.toString(random.nextInt(8) == 0 ? random.nextInt(20) : 1_000 + names);
            Optional<Duration> delay = random.nextInt(5) == 0 ? Optional.of(Duration.ofSeconds(random.nextInt(10))) : Optional.empty();
            return new Outgoing("m" + names++ + "x".repeat(random.nextInt(80)), Map.of("a", "b"), delay, Optional.of("g" + random.nextInt(4)),
                    Optional.of(deduplication));
        }).toList();
    }

    private void send(ModelQueue on) {
        List<Outgoing> messages = messages();
        trace("send to", on, messages);
        on.sent(messages, get(stores.store().send(on.id, messages)), now());
    }

    private void receive(ModelQueue on) {
        int most = 1 + random.nextInt(MOST);
        Optional<Duration> visibility = random.nextInt(3) == 0 ? Optional.of(Duration.ofSeconds(random.nextInt(60))) : Optional.empty();
        List<Delivery> deliveries = get(stores.store().receive(on.id, new Receive(most, visibility, Duration.ZERO, Optional.empty())));
        trace("receive from", on, most + " " + visibility + " " + deliveries);
        on.received(deliveries, most, visibility.orElse(on.settings.visibility()), givers(on), now());
        held(on).addAll(deliveries);
    }

    private void tryAttempt(ModelQueue on) {
        if (on != queue || !on.grouped()) {
            return;
        }
        Receive receive = new Receive(3, Optional.empty(), Duration.ZERO, Optional.of("attempt"));
        List<Delivery> deliveries = get(stores.store().receive(on.id, receive));
        trace("attempt to receive from", on, deliveries);
        boolean isRepeated = attempt.isPresent() && !attempt.get().isEmpty() && attempted.plus(Duration.ofMinutes(5)).isAfter(now())
                && attempt.get().stream().allMatch(delivery -> isInFlight(on, delivery));
        if (isRepeated) {
            assertThat(deliveries).as("what the attempt was given").isEqualTo(attempt.get());
            deliveries.forEach(delivery -> hidden(on, delivery, on.settings.visibility()));
        } else {
            on.received(deliveries, 3, on.settings.visibility(), givers(on), now());
            held(on).addAll(deliveries);
            if (!deliveries.isEmpty()) {
                attempt = Optional.of(deliveries);
                attempted = now();
            }
        }
    }

    private Optional<ModelQueue.Message> message(ModelQueue on, Delivery delivery) {
        return on.messages.stream().filter(message -> message.is(delivery) && message.sequence.equals(Optional.of(delivery.sequence())))
                .findFirst();
    }

    private boolean isInFlight(ModelQueue on, Delivery delivery) {
        return message(on, delivery).filter(message -> message.inFlight && message.receives == delivery.receives()).isPresent();
    }

    private Outcome expected(ModelQueue on, Delivery delivery, boolean afterwards) {
        Optional<ModelQueue.Message> message = message(on, delivery);
        if (message.isEmpty()) {
            return Outcome.GONE;
        }
        boolean isNewest = message.get().receives == delivery.receives();
        return isNewest && (message.get().inFlight || afterwards) ? Outcome.DONE : Outcome.EXPIRED;
    }

    /** Some that are held, and perhaps one of them twice. */
    private List<Delivery> some(ModelQueue on) {
        List<Delivery> some = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0 && !held(on).isEmpty(); i--) {
            some.add(held(on).get(held(on).size() - 1 - random.nextInt(Math.min(12, held(on).size()))));
        }
        return some.stream().filter(delivery -> message(on, delivery).filter(message -> message.uncertain).isEmpty()).toList();
    }

    private void delete(ModelQueue on) {
        List<Delivery> some = some(on);
        List<Outcome> outcomes = get(stores.store().delete(on.id, some.stream().map(Delivery::receipt).toList()));
        trace("delete from", on, some + " " + outcomes);
        assertThat(outcomes).as("deleting").isEqualTo(some.stream().map(delivery -> expected(on, delivery, !on.grouped())).toList());
        deleted(on, some);
    }

    private void deleted(ModelQueue on, List<Delivery> some) {
        for (Delivery delivery : some) {
            if (expected(on, delivery, !on.grouped()) == Outcome.DONE) {
                on.messages.remove(message(on, delivery).orElseThrow());
            }
        }
    }

    private void hide(ModelQueue on) {
        List<Delivery> some = some(on).stream().distinct().toList();
        List<Duration> times = some.stream().map(delivery -> Duration.ofSeconds(random.nextInt(3) == 0 ? 0 : random.nextInt(40))).toList();
        List<Outcome> outcomes = get(stores.store().hide(on.id, some.stream().map(Delivery::receipt).toList(), times));
        trace("hide in", on, some + " " + times + " " + outcomes);
        assertThat(outcomes).as("hiding").isEqualTo(some.stream().map(delivery -> expected(on, delivery, false)).toList());
        for (int i = 0; i < some.size(); i++) {
            if (outcomes.get(i) == Outcome.DONE) {
                Delivery delivery = some.get(i);
                // To let its time end when it ends anyway is nothing.
                boolean isSomething = !message(on, delivery).orElseThrow().due.equals(now().plus(times.get(i)));
                attempt = attempt.filter(deliveries -> !isSomething || !deliveries.contains(delivery));
                hidden(on, delivery, times.get(i));
            }
        }
    }

    private void hidden(ModelQueue on, Delivery delivery, Duration time) {
        ModelQueue.Message message = message(on, delivery).orElseThrow();
        message.due = now().plus(time);
        message.inFlight = message.due.isAfter(now());
    }

    private void purge(ModelQueue on) {
        if (queue.uncertain() == 0) {
            trace("purge", on, "");
            stores.store().purge(on.id);
            on.messages.clear();
        }
    }

    private void move(ModelQueue on) {
        if (on != dead || queue.uncertain() > 0) {
            return;
        }
        List<ModelQueue.Message> moving = dead.available(now());
        int moved = get(stores.store().move(dead.id, Optional.of(queue.id), 1_000));
        trace("move from", on, moved);
        assertThat(moved).as("moved").isEqualTo(moving.size());
        dead.messages.removeAll(moving);
        queue.moved(moving, now());
    }

    private void passTime(Duration time) {
        trace("pass time for", queue, time);
        stores.time().pass(time);
        all.forEach(each -> each.passTime(now()));
    }

    /** Something is begun right before, and is there afterwards as a whole, or not at all. */
    private void crash(ModelQueue on) {
        giveUpWaiting();
        Counts before = stores.store().counts(on.id);
        switch (random.nextInt(3)) {
        case 0 -> {
            // Not one that may be the same as another.
            List<Outgoing> messages = messages().stream().filter(message -> message.deduplication().orElseThrow().length() > 2).toList();
            stores.crash(() -> stores.store().send(on.id, messages), random);
            trace("crash after sending to", on, messages);
            on.sentUnheard(messages, stores.store().counts(on.id).messages() - before.messages(), now());
        }
        case 1 -> {
            List<Delivery> some = some(on);
            List<Delivery> good = some.stream().filter(delivery -> expected(on, delivery, !on.grouped()) == Outcome.DONE).toList();
            long messages = good.stream().map(Delivery::id).distinct().count();
            stores.crash(() -> stores.store().delete(on.id, some.stream().map(Delivery::receipt).toList()), random);
            trace("crash after deleting from", on, some);
            long gone = before.messages() - stores.store().counts(on.id).messages();
            assertThat(gone).as("deleted before a crash").isIn(0L, messages);
            if (gone > 0) {
                deleted(on, good);
            }
        }
        default -> {
            int available = on.available(now()).size();
            boolean isClear = on.deadLetters.isEmpty() && queue.uncertain() == 0;
            stores.crash(() -> {
                if (isClear) {
                    stores.store().receive(on.id, QueueStoreContract.receive(1_000));
                }
            }, random);
            trace("crash after receiving from", on, isClear);
            long taken = stores.store().counts(on.id).inFlight() - before.inFlight();
            assertThat(taken).as("received before a crash").isIn(0L, (long) available);
            if (taken > 0) {
                on.receivedUnheard(now());
            }
        }
        }
    }

    private void beginToWait(ModelQueue on) {
        // Whether somebody is served there to whom messages come that are given up is known too late.
        boolean mayBeGivenSome = on == dead && queue.deadLetters.isPresent();
        if (mayBeGivenSome || waiting.containsKey(on.id)) {
            return;
        }
        Receive receive = new Receive(2, Optional.empty(), Duration.ofDays(1), Optional.empty());
        trace("wait at", on, "");
        waiting.put(on.id, stores.store().receive(on.id, receive).toCompletableFuture());
    }

    private void serveWaiting() {
        for (ModelQueue each : all) {
            CompletableFuture<List<Delivery>> waiter = waiting.get(each.id);
            if (waiter != null) {
                each.asked(now());
                boolean mustHaveSome = !each.available(now()).isEmpty();
                if (mustHaveSome || waiter.isDone()) {
                    List<Delivery> deliveries = get(waiter);
                    trace("has waited at", each, deliveries);
                    assertThat(deliveries).as("for who waited at %s", each.id).isNotEmpty();
                    each.received(deliveries, Math.max(1, deliveries.size()), each.settings.visibility(), givers(each), now());
                    held(each).addAll(deliveries);
                    waiting.remove(each.id);
                }
            }
        }
    }

    private void giveUpWaiting() {
        waiting.values().forEach(waiter -> waiter.cancel(false));
        waiting.clear();
    }

    /**
     * Those who wait are served by threads of the store. While what becomes of a message is being written down for one of them, it is counted as it was
     * before, even if it has become too old meanwhile; so there is a moment for that.
     */
    private void settle() {
        long end = System.nanoTime() + MOMENT.toNanos();
        while (true) {
            serveWaiting();
            try {
                compareCounts();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private void compareCounts() {
        Counts ofDead = stores.store().counts(dead.id);
        Counts ofQueue = stores.store().counts(queue.id);
        dead.check(ofDead, List.of(queue), now());
        queue.check(ofQueue, List.of(), now());
        assertThat(ofDead.messages() + ofQueue.messages()).as("messages in both").isEqualTo(dead.messages.size() + queue.messages.size());
    }
}
