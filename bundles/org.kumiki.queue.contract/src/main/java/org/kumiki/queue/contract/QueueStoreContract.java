package org.kumiki.queue.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Redrive;
import org.kumiki.api.queue.Sent;

/** What holds for every store of queues. */
public interface QueueStoreContract {

    AccountId OWNER = new AccountId("000000000001");
    QueueId QUEUE = new QueueId(OWNER, "queue");
    QueueId OTHER = new QueueId(OWNER, "other");
    Duration VISIBILITY = Duration.ofSeconds(30);
    Duration RETENTION = Duration.ofDays(4);
    Instant BEGIN = Instant.parse("2026-01-02T03:04:05.678Z");

    /** Its time is {@link #time()}. Empty when a test begins, and the same one until {@link #reopen()} or {@link #crash}. */
    QueueStore store();

    /** The time of the store. */
    ManualTimeline time();

    /** The same store after the platform has been stopped and started; {@link #store()} gives this one from then on. */
    QueueStore reopen();

    /**
     * The same store after a crash. A store on a disk loses what the disk has not been told to keep.
     *
     * @param unanswered something that is begun right before; nothing but a crash keeps it from being answered
     */
    QueueStore crash(Runnable unanswered, RandomGenerator random);

    static QueueSettings settings(Ordering ordering) {
        return new QueueSettings(Duration.ZERO, VISIBILITY, RETENTION, Optional.empty(), ordering, Map.of());
    }

    static QueueSettings withDelay(QueueSettings settings, Duration delay) {
        return new QueueSettings(delay, settings.visibility(), settings.retention(), settings.redrive(), settings.ordering(), settings.attributes());
    }

    static QueueSettings withRetention(QueueSettings settings, Duration retention) {
        return new QueueSettings(settings.delay(), settings.visibility(), retention, settings.redrive(), settings.ordering(), settings.attributes());
    }

    static QueueSettings withRedrive(QueueSettings settings, QueueId to, int afterReceives) {
        return new QueueSettings(settings.delay(), settings.visibility(), settings.retention(), Optional.of(new Redrive(to, afterReceives)),
                settings.ordering(), settings.attributes());
    }

    static Outgoing message(String body) {
        return new Outgoing(body, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Outgoing message(String body, String group, String deduplication) {
        return new Outgoing(body, Map.of(), Optional.empty(), Optional.of(group), Optional.of(deduplication));
    }

    static Receive receive(int most) {
        return new Receive(most, Optional.empty(), Duration.ZERO, Optional.empty());
    }

    static Receive waiting(Duration patience) {
        return new Receive(1, Optional.empty(), patience, Optional.empty());
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    static void failsWith(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(QueueException.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    static List<String> bodies(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::body).toList();
    }

    default void create(Ordering ordering) {
        store().create(QUEUE, settings(ordering));
    }

    default List<Sent> send(Outgoing... messages) {
        return get(store().send(QUEUE, List.of(messages)));
    }

    default List<Delivery> receive(QueueId from, int most) {
        return get(store().receive(from, receive(most)));
    }

    default Delivery receiveOne() {
        List<Delivery> deliveries = receive(QUEUE, 1);
        assertThat(deliveries).hasSize(1);
        return deliveries.get(0);
    }

    default Outcome delete(Delivery delivery) {
        return get(store().delete(QUEUE, List.of(delivery.receipt()))).get(0);
    }

    default Outcome hide(Delivery delivery, Duration visibility) {
        return get(store().hide(QUEUE, List.of(delivery.receipt()), List.of(visibility))).get(0);
    }

    default void countsAre(QueueId queue, long visible, long inFlight, long delayed) {
        Counts counts = store().counts(queue);
        assertThat(List.of(counts.visible(), counts.inFlight(), counts.delayed())).as("visible, in flight, delayed").containsExactly(visible, inFlight,
                delayed);
    }

    @Test
    default void keepsQueues() {
        QueueSettings settings = new QueueSettings(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3),
                Optional.of(new Redrive(OTHER, 4)), Ordering.GROUPS_APART, Map.of("Policy", "{}"));

        MessageQueue made = store().create(QUEUE, settings);

        assertThat(made).isEqualTo(new MessageQueue(QUEUE, BEGIN, BEGIN, settings));
        assertThat(store().queue(QUEUE)).contains(made);
        assertThat(reopen().queue(QUEUE)).contains(made);
        assertThat(store().queue(OTHER)).isEmpty();
    }

    @Test
    default void listsTheQueuesOfAnOwner() {
        create(Ordering.NONE);
        store().create(OTHER, settings(Ordering.NONE));
        store().create(new QueueId(new AccountId("000000000002"), "alien"), settings(Ordering.NONE));

        assertThat(store().queues(OWNER)).extracting(queue -> queue.id().name()).containsExactly("other", "queue");
    }

    @Test
    default void refusesAQueueThatIsThere() {
        create(Ordering.NONE);

        failsWith(Reason.QUEUE_EXISTS, () -> create(Ordering.NONE));
    }

    @Test
    default void changesSettings() {
        create(Ordering.NONE);
        time().pass(Duration.ofMinutes(1));

        MessageQueue changed = store().update(QUEUE, before -> withDelay(before, Duration.ofSeconds(9)));

        assertThat(changed.settings().delay()).isEqualTo(Duration.ofSeconds(9));
        assertThat(changed.created()).isEqualTo(BEGIN);
        assertThat(changed.changed()).isEqualTo(BEGIN.plusSeconds(60));
        assertThat(reopen().queue(QUEUE)).contains(changed);
        assertThatThrownBy(() -> store().update(QUEUE, before -> settings(Ordering.GROUPS))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void saysThatThereIsNoQueue() {
        failsWith(Reason.NO_SUCH_QUEUE, () -> send(message("a")));
        failsWith(Reason.NO_SUCH_QUEUE, () -> receive(QUEUE, 1));
        failsWith(Reason.NO_SUCH_QUEUE, () -> get(store().delete(QUEUE, List.of("receipt"))));
        failsWith(Reason.NO_SUCH_QUEUE, () -> get(store().hide(QUEUE, List.of("receipt"), List.of(VISIBILITY))));
        failsWith(Reason.NO_SUCH_QUEUE, () -> get(store().move(QUEUE, Optional.empty(), 1)));
        failsWith(Reason.NO_SUCH_QUEUE, () -> store().update(QUEUE, before -> before));
        failsWith(Reason.NO_SUCH_QUEUE, () -> store().delete(QUEUE));
        failsWith(Reason.NO_SUCH_QUEUE, () -> store().purge(QUEUE));
        failsWith(Reason.NO_SUCH_QUEUE, () -> store().counts(QUEUE));
    }

    @Test
    default void deletesAQueueWithItsMessages() {
        create(Ordering.NONE);
        send(message("a"));
        Delivery delivery = receiveOne();
        store().delete(QUEUE);
        assertThat(store().queue(QUEUE)).isEmpty();
        create(Ordering.NONE);

        countsAre(QUEUE, 0, 0, 0);
        assertThat(delete(delivery)).isEqualTo(Outcome.UNKNOWN);
        reopen();
        countsAre(QUEUE, 0, 0, 0);
    }

    @Test
    default void tellsThoseWhoWaitThatTheQueueIsGone() {
        create(Ordering.NONE);
        CompletionStage<List<Delivery>> waiting = store().receive(QUEUE, waiting(Duration.ofSeconds(20)));

        store().delete(QUEUE);

        failsWith(Reason.NO_SUCH_QUEUE, () -> get(waiting));
    }

    @Test
    default void purgesWhatWasSentBefore() {
        create(Ordering.NONE);
        send(message("a"), message("b"));
        Delivery delivery = receiveOne();

        store().purge(QUEUE);

        countsAre(QUEUE, 0, 0, 0);
        assertThat(delete(delivery)).isEqualTo(Outcome.GONE);
        send(message("c"));
        reopen();
        assertThat(bodies(receive(QUEUE, 10))).containsExactly("c");
    }

    @ParameterizedTest
    @EnumSource
    default void deliversWhatWasSent(Ordering ordering) {
        create(ordering);
        Outgoing outgoing = new Outgoing("körper \0 \uD83D\uDE00", Map.of("name", "value"), Optional.empty(), Optional.of("group"),
                Optional.of("deduplication"));
        Sent sent = send(outgoing).get(0);
        time().pass(Duration.ofSeconds(7));

        Delivery delivery = receiveOne();

        assertThat(delivery).isEqualTo(new Delivery(sent.id(), delivery.receipt(), sent.sequence(), outgoing.body(), outgoing.attributes(),
                outgoing.group(), outgoing.deduplication(), BEGIN, BEGIN.plusSeconds(7), 1, Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource
    default void whatIsReceivedIsNobodyElsesForAWhile(Ordering ordering) {
        create(ordering);
        send(message("a", "g", "1"));
        Delivery first = receiveOne();
        countsAre(QUEUE, 0, 1, 0);
        time().pass(VISIBILITY.minusMillis(1));
        assertThat(receive(QUEUE, 1)).isEmpty();

        time().pass(Duration.ofMillis(1));

        Delivery second = receiveOne();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.receipt()).isNotEqualTo(first.receipt());
        assertThat(second.receives()).isEqualTo(2);
        assertThat(second.first()).isEqualTo(first.first());
    }

    @ParameterizedTest
    @EnumSource
    default void aDeliverySurvivesACrash(Ordering ordering) {
        create(ordering);
        send(message("a", "g", "1"));
        Delivery first = receiveOne();

        crash(() -> {
        }, new Random(1));

        assertThat(receive(QUEUE, 1)).isEmpty();
        countsAre(QUEUE, 0, 1, 0);
        time().pass(VISIBILITY);
        assertThat(receiveOne().receives()).isEqualTo(2);
        assertThat(delete(first)).isEqualTo(Outcome.EXPIRED);
    }

    @ParameterizedTest
    @EnumSource
    default void whatIsDeletedIsGone(Ordering ordering) {
        create(ordering);
        send(message("a", "g", "1"));
        Delivery delivery = receiveOne();

        assertThat(delete(delivery)).isEqualTo(Outcome.DONE);

        countsAre(QUEUE, 0, 0, 0);
        assertThat(delete(delivery)).isEqualTo(Outcome.GONE);
        assertThat(hide(delivery, VISIBILITY)).isEqualTo(Outcome.GONE);
        reopen();
        time().pass(VISIBILITY);
        assertThat(receive(QUEUE, 1)).isEmpty();
    }

    @Test
    default void sequencesGrow() {
        create(Ordering.NONE);

        List<Sent> sent = new ArrayList<>(send(message("a"), message("b")));
        reopen();
        sent.addAll(send(message("c")));

        assertThat(sent).extracting(Sent::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(sent).extracting(Sent::id).doesNotHaveDuplicates();
    }

    @Test
    default void delaysAMessage() {
        store().create(QUEUE, withDelay(settings(Ordering.NONE), Duration.ofSeconds(5)));
        send(message("queue's"), new Outgoing("own", Map.of(), Optional.of(Duration.ofSeconds(9)), Optional.empty(), Optional.empty()),
                new Outgoing("none", Map.of(), Optional.of(Duration.ZERO), Optional.empty(), Optional.empty()));

        countsAre(QUEUE, 1, 0, 2);
        assertThat(bodies(receive(QUEUE, 10))).containsExactly("none");
        time().pass(Duration.ofSeconds(5));
        assertThat(bodies(receive(QUEUE, 10))).containsExactly("queue's");
        reopen();
        time().pass(Duration.ofSeconds(4));
        assertThat(bodies(receive(QUEUE, 10))).containsExactly("own");
    }

    @Test
    default void forgetsWhatIsTooOld() {
        store().create(QUEUE, withRetention(settings(Ordering.NONE), Duration.ofMinutes(2)));
        send(message("old"));
        Delivery delivery = receiveOne();
        time().pass(Duration.ofMinutes(1));
        send(message("new"));
        assertThat(store().counts(QUEUE).oldest()).contains(BEGIN);

        time().pass(Duration.ofMinutes(1));

        assertThat(bodies(receive(QUEUE, 10))).containsExactly("new");
        assertThat(delete(delivery)).isEqualTo(Outcome.GONE);
        assertThat(store().counts(QUEUE).oldest()).contains(BEGIN.plusSeconds(60));
        assertThat(store().counts(QUEUE).bytes()).isPositive();
        store().update(QUEUE, before -> withRetention(before, Duration.ofDays(1)));
        reopen();
        time().pass(VISIBILITY);
        assertThat(bodies(receive(QUEUE, 10))).containsExactly("new");
    }

    @Test
    default void givesNoMoreThanIsAskedFor() {
        create(Ordering.NONE);
        send(IntStream.range(0, 9).mapToObj(i -> message("m" + i)).toArray(Outgoing[]::new));

        Set<String> got = new HashSet<>();
        for (int size : new int[] { 4, 4, 1 }) {
            List<Delivery> some = receive(QUEUE, 4);
            assertThat(some).hasSize(size);
            got.addAll(bodies(some));
        }

        assertThat(got).hasSize(9);
    }

    @ParameterizedTest
    @EnumSource
    default void hidesAMessageForLonger(Ordering ordering) {
        create(ordering);
        send(message("a", "g", "1"));
        Delivery delivery = receiveOne();
        time().pass(VISIBILITY.dividedBy(2));

        assertThat(hide(delivery, VISIBILITY)).isEqualTo(Outcome.DONE);

        time().pass(VISIBILITY.minusMillis(1));
        assertThat(receive(QUEUE, 1)).isEmpty();
        reopen();
        assertThat(receive(QUEUE, 1)).isEmpty();
        time().pass(Duration.ofMillis(1));
        assertThat(receive(QUEUE, 1)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    default void makesAMessageVisibleAtOnce(Ordering ordering) {
        create(ordering);
        send(message("a", "g", "1"));
        Delivery delivery = receiveOne();

        assertThat(hide(delivery, Duration.ZERO)).isEqualTo(Outcome.DONE);

        assertThat(hide(delivery, VISIBILITY)).isEqualTo(Outcome.EXPIRED);
        assertThat(receiveOne().receives()).isEqualTo(2);
    }

    @Test
    default void aReceiptIsGoodAfterItsTimeUntilTheMessageIsDeliveredAgain() {
        create(Ordering.NONE);
        send(message("a"), message("b"));
        List<Delivery> first = receive(QUEUE, 2);
        time().pass(VISIBILITY);

        assertThat(hide(first.get(0), VISIBILITY)).isEqualTo(Outcome.EXPIRED);
        assertThat(delete(first.get(0))).isEqualTo(Outcome.DONE);
        Delivery again = receiveOne();
        assertThat(again.body()).isEqualTo(first.get(1).body());
        assertThat(delete(first.get(1))).isEqualTo(Outcome.EXPIRED);
        assertThat(delete(again)).isEqualTo(Outcome.DONE);
        countsAre(QUEUE, 0, 0, 0);
    }

    @Test
    default void inAGroupAReceiptIsGoodForItsTimeOnly() {
        create(Ordering.GROUPS);
        send(message("a", "g", "1"));
        Delivery delivery = receiveOne();

        time().pass(VISIBILITY);

        assertThat(delete(delivery)).isEqualTo(Outcome.EXPIRED);
        countsAre(QUEUE, 1, 0, 0);
    }

    @Test
    default void knowsItsOwnReceiptsOnly() {
        create(Ordering.NONE);
        store().create(OTHER, settings(Ordering.NONE));
        send(message("a"));
        get(store().send(OTHER, List.of(message("a"))));
        String receipt = receiveOne().receipt();
        String others = receive(OTHER, 1).get(0).receipt();
        int at = receipt.length() - 3;
        char changed = receipt.charAt(at) == 'A' ? 'B' : 'A';
        List<String> bad = List.of("", "x", "?".repeat(receipt.length()), receipt + "A", receipt.substring(1), others,
                receipt.substring(0, at) + changed + receipt.substring(at + 1));

        assertThat(get(store().delete(QUEUE, bad))).containsOnly(Outcome.UNKNOWN).hasSize(bad.size());
        assertThat(get(store().hide(QUEUE, bad, bad.stream().map(each -> VISIBILITY).toList()))).containsOnly(Outcome.UNKNOWN);

        countsAre(QUEUE, 0, 1, 0);
        reopen();
        assertThat(get(store().delete(QUEUE, List.of(others, receipt, receipt)))).containsExactly(Outcome.UNKNOWN, Outcome.DONE, Outcome.DONE);
    }

    @Test
    default void deliversAGroupInOrder() {
        create(Ordering.GROUPS);
        send(message("a1", "a", "1"), message("b1", "b", "2"), message("a2", "a", "3"), message("a3", "a", "4"));

        Delivery a1 = receiveOne();
        assertThat(a1.body()).isEqualTo("a1");
        Delivery b1 = receiveOne();
        assertThat(b1.body()).isEqualTo("b1");
        assertThat(receive(QUEUE, 10)).isEmpty();
        delete(a1);
        List<Delivery> rest = receive(QUEUE, 10);
        assertThat(bodies(rest)).containsExactly("a2", "a3");
        delete(rest.get(1));
        time().pass(VISIBILITY);
        assertThat(bodies(receive(QUEUE, 10))).containsExactlyInAnyOrder("a2", "b1");
    }

    @Test
    default void aGroupWaitsUntilNoneOfItIsInFlight() {
        create(Ordering.GROUPS);
        send(message("a1", "a", "1"), message("a2", "a", "2"), message("a3", "a", "3"));
        List<Delivery> two = receive(QUEUE, 2);
        hide(two.get(0), Duration.ZERO);

        assertThat(receive(QUEUE, 10)).isEmpty();
        reopen();
        assertThat(receive(QUEUE, 10)).isEmpty();
        delete(two.get(1));
        assertThat(bodies(receive(QUEUE, 10))).containsExactly("a1", "a3");
    }

    @Test
    default void takesAMessageOnceInFiveMinutes() {
        create(Ordering.GROUPS);
        Sent first = send(message("a", "g", "same")).get(0);
        delete(receiveOne());
        reopen();
        time().pass(QueueStore.REMEMBERED.minusMillis(1));

        assertThat(send(message("b", "h", "same"))).containsExactly(first);
        countsAre(QUEUE, 0, 0, 0);
        time().pass(Duration.ofMillis(1));
        List<Sent> twice = send(message("c", "g", "same"), message("d", "g", "same"));
        assertThat(twice.get(0)).isEqualTo(twice.get(1)).isNotEqualTo(first);
        assertThat(receiveOne().body()).isEqualTo("c");
    }

    @Test
    default void deduplicatesInAGroupIfAsked() {
        create(Ordering.GROUPS_APART);

        List<Sent> sent = send(message("a", "g", "same"), message("b", "h", "same"), message("c", "g", "same"));

        assertThat(sent.get(2)).isEqualTo(sent.get(0)).isNotEqualTo(sent.get(1));
        countsAre(QUEUE, 2, 0, 0);
    }

    @Test
    default void wantsAGroupWhereThereAreSome() {
        create(Ordering.GROUPS);

        assertThatThrownBy(() -> send(message("a"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void repeatsAnAttempt() {
        create(Ordering.GROUPS);
        send(message("a1", "a", "1"), message("a2", "a", "2"), message("b1", "b", "3"));
        Receive attempt = new Receive(2, Optional.empty(), Duration.ZERO, Optional.of("attempt"));
        List<Delivery> first = get(store().receive(QUEUE, attempt));
        time().pass(VISIBILITY.dividedBy(2));
        reopen();

        List<Delivery> second = get(store().receive(QUEUE, attempt));

        assertThat(second).isEqualTo(first).hasSize(2);
        time().pass(VISIBILITY.minusMillis(1));
        countsAre(QUEUE, 1, 2, 0);
        delete(second.get(0));
        assertThat(bodies(get(store().receive(QUEUE, attempt)))).containsExactly("b1");
    }

    @Test
    default void anAttemptIsNothingInAQueueWithoutGroups() {
        create(Ordering.NONE);
        send(message("a"), message("b"));
        Receive attempt = new Receive(1, Optional.empty(), Duration.ZERO, Optional.of("attempt"));

        assertThat(Stream.of(attempt, attempt).flatMap(each -> get(store().receive(QUEUE, each)).stream()).map(Delivery::body))
                .containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    default void givesUpWhatIsReceivedTooOften(Ordering ordering) {
        store().create(OTHER, settings(ordering));
        store().create(QUEUE, withRedrive(settings(ordering), OTHER, 2));
        Sent sent = send(message("a", "g", "1")).get(0);
        for (int i = 0; i < 2; i++) {
            assertThat(receiveOne().body()).isEqualTo("a");
            time().pass(VISIBILITY);
        }
        send(message("b", "g", "2"));

        assertThat(bodies(receive(QUEUE, 10))).containsExactly("b");

        reopen();
        List<Delivery> dead = receive(OTHER, 10);
        assertThat(bodies(dead)).containsExactly("a");
        assertThat(dead.get(0).id()).isEqualTo(sent.id());
        assertThat(dead.get(0).from()).contains(QUEUE);
        assertThat(dead.get(0).receives()).isEqualTo(1);
        assertThat(dead.get(0).sent()).isEqualTo(BEGIN);
    }

    @Test
    default void deliversOnAsLongAsThereIsNoQueueForDeadLetters() {
        store().create(QUEUE, withRedrive(settings(Ordering.NONE), OTHER, 1));
        send(message("a"));
        receiveOne();
        time().pass(VISIBILITY);

        assertThat(receiveOne().receives()).isEqualTo(2);
    }

    @Test
    default void movesMessagesBack() {
        store().create(OTHER, settings(Ordering.NONE));
        store().create(QUEUE, withRedrive(settings(Ordering.NONE), OTHER, 1));
        Sent sent = send(message("a")).get(0);
        receiveOne();
        time().pass(VISIBILITY);
        assertThat(receive(QUEUE, 1)).isEmpty();
        get(store().send(OTHER, List.of(message("of nobody"))));

        assertThat(get(store().move(OTHER, Optional.empty(), 10))).isEqualTo(1);

        assertThat(get(store().move(OTHER, Optional.empty(), 10))).isZero();
        countsAre(OTHER, 1, 0, 0);
        reopen();
        Delivery back = receiveOne();
        assertThat(back.body()).isEqualTo("a");
        assertThat(back.id()).isNotEqualTo(sent.id());
        assertThat(back.sent()).isEqualTo(BEGIN.plus(VISIBILITY));
        assertThat(back.from()).isEmpty();
    }

    @Test
    default void whatWasMovedIsNothingThatWasSentThere() {
        create(Ordering.GROUPS);
        store().create(OTHER, settings(Ordering.GROUPS));
        send(message("moved", "g", "same"));
        assertThat(get(store().move(QUEUE, Optional.of(OTHER), 1))).isEqualTo(1);

        get(store().send(OTHER, List.of(message("sent", "g", "same"))));
        reopen();
        get(store().send(OTHER, List.of(message("sent again", "g", "same"))));

        countsAre(OTHER, 2, 0, 0);
    }

    @Test
    default void movesSomeMessagesToAnyQueue() {
        create(Ordering.NONE);
        store().create(OTHER, settings(Ordering.NONE));
        send(message("a"), message("b"), message("c"), message("d"));
        receiveOne();

        assertThat(get(store().move(QUEUE, Optional.of(OTHER), 2))).isEqualTo(2);

        countsAre(QUEUE, 1, 1, 0);
        countsAre(OTHER, 2, 0, 0);
        assertThat(get(store().move(QUEUE, Optional.of(OTHER), 2))).isEqualTo(1);
    }

    @Test
    default void whoWaitsGetsWhatIsSent() {
        create(Ordering.NONE);
        CompletionStage<List<Delivery>> waiting = store().receive(QUEUE, waiting(Duration.ofSeconds(20)));
        assertThat(waiting.toCompletableFuture()).isNotDone();

        send(message("a"));

        assertThat(bodies(get(waiting))).containsExactly("a");
        countsAre(QUEUE, 0, 1, 0);
    }

    @Test
    default void whoWaitsLongestIsFirst() {
        create(Ordering.NONE);
        List<CompletionStage<List<Delivery>>> waiting = IntStream.range(0, 3).mapToObj(i -> store().receive(QUEUE, waiting(Duration.ofSeconds(20))))
                .toList();

        for (int i = 0; i < 3; i++) {
            send(message("m" + i));
            assertThat(bodies(get(waiting.get(i)))).containsExactly("m" + i);
        }
    }

    @Test
    default void whoWaitsIsWokenWhenAMessageBecomesVisible() {
        create(Ordering.NONE);
        send(message("a"), new Outgoing("b", Map.of(), Optional.of(Duration.ofSeconds(5)), Optional.empty(), Optional.empty()));
        receiveOne();
        CompletionStage<List<Delivery>> first = store().receive(QUEUE, waiting(Duration.ofSeconds(60)));
        CompletionStage<List<Delivery>> second = store().receive(QUEUE, waiting(Duration.ofSeconds(60)));

        time().pass(Duration.ofSeconds(5));
        assertThat(bodies(get(first))).containsExactly("b");
        time().pass(Duration.ofSeconds(25));
        assertThat(bodies(get(second))).containsExactly("a");
    }

    @Test
    default void whoWaitsIsWokenWhenHisGroupIsFree() {
        create(Ordering.GROUPS);
        send(message("a1", "a", "1"), message("a2", "a", "2"));
        Delivery a1 = receiveOne();
        CompletionStage<List<Delivery>> waiting = store().receive(QUEUE, waiting(Duration.ofSeconds(20)));

        delete(a1);

        assertThat(bodies(get(waiting))).containsExactly("a2");
    }

    @Test
    default void whoHasWaitedLongEnoughGetsNothing() {
        create(Ordering.NONE);
        CompletionStage<List<Delivery>> waiting = store().receive(QUEUE, waiting(Duration.ofSeconds(20)));

        time().pass(Duration.ofSeconds(20));

        assertThat(get(waiting)).isEmpty();
        send(message("a"));
        countsAre(QUEUE, 1, 0, 0);
    }

    @Test
    default void whoHasCalledItOffGetsNothing() {
        create(Ordering.NONE);
        CompletableFuture<List<Delivery>> first = store().receive(QUEUE, waiting(Duration.ofSeconds(20))).toCompletableFuture();
        CompletionStage<List<Delivery>> second = store().receive(QUEUE, waiting(Duration.ofSeconds(20)));

        first.cancel(false);
        send(message("a"));

        assertThat(bodies(get(second))).containsExactly("a");
    }

    @ParameterizedTest
    @EnumSource
    default void everyMessageIsForOneOfManyReceivers(Ordering ordering) throws InterruptedException {
        int clients = 4;
        int each = 100;
        create(ordering);
        Map<String, List<String>> got = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(clients * each);
        List<Thread> threads = IntStream.range(0, clients).boxed().flatMap(client -> Stream.of(
                new Thread(() -> IntStream.range(0, each).forEach(i -> send(message(client + " " + i, "group" + client, client + " " + i)))),
                new Thread(() -> {
                    while (left.get() > 0) {
                        List<Delivery> deliveries = receive(QUEUE, 3);
                        // As long as they are in flight, nobody else has some of their groups.
                        deliveries.forEach(delivery -> got.computeIfAbsent(delivery.group().orElseThrow(),
                                group -> Collections.synchronizedList(new ArrayList<>())).add(delivery.body()));
                        get(store().delete(QUEUE, deliveries.stream().map(Delivery::receipt).toList()));
                        left.addAndGet(-deliveries.size());
                    }
                }))).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        for (int client = 0; client < clients; client++) {
            int of = client;
            List<String> sent = IntStream.range(0, each).mapToObj(i -> of + " " + i).toList();
            if (ordering.grouped()) {
                assertThat(got.get("group" + client)).isEqualTo(sent);
            } else {
                assertThat(got.get("group" + client)).containsExactlyInAnyOrderElementsOf(sent);
            }
        }
        countsAre(QUEUE, 0, 0, 0);
    }

    /** {@code -Dkumiki.runs=N} says how often, {@code -Dkumiki.seed=N} where to begin. */
    @Test
    default void doesWhatTheModelDoes() {
        long first = Long.getLong("kumiki.seed", System.nanoTime());
        for (long seed = first; seed < first + Integer.getInteger("kumiki.runs", 100); seed++) {
            RandomTraffic traffic = new RandomTraffic(this, seed);
            try {
                traffic.run(60);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("try again with -Dkumiki.runs=1 -Dkumiki.seed=" + seed + "; what was done:\n" + traffic.trace(), e);
            }
        }
    }
}
