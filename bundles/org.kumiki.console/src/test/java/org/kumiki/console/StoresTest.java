package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketFacts.Versions;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.table.DomainSize;

/** What the page makes of the stores, without a framework. */
class StoresTest {

    private static final Ask BY_SIZE = new Ask("", true, 1);

    private final FakeDatacenter accounts = new FakeDatacenter();
    private final FakeStores stores = new FakeStores();

    private Part<Buckets.Row> buckets(Ask ask) {
        return buckets(ask, 1_000);
    }

    private Part<Buckets.Row> buckets(Ask ask, int budget) {
        return Part.of(new Buckets(stores.blobStore(), List.of(stores.reader()), Optional.of(accounts)), ask, new Budget(budget, () -> 0));
    }

    private Part<Queues.Row> queues(Ask ask) {
        return Part.of(new Queues(stores.queueStore(), accounts), ask, new Budget(1_000, () -> 0));
    }

    private void thirtyBuckets() {
        for (int i = 0; i < 30; i++) {
            stores.bucket("bucket-%02d".formatted(i), i, 1_000 * (i * 7 % 30));
        }
    }

    @Test
    void asksOnlyForTheBucketsThatAreShown() {
        thirtyBuckets();

        Part<Buckets.Row> third = buckets(new Ask("", false, 3));

        assertThat(third.all()).isEqualTo(30);
        assertThat(third.slice().pages()).isEqualTo(3);
        assertThat(third.slice().rows()).extracting(Buckets.Row::name).containsExactly("bucket-24", "bucket-25", "bucket-26", "bucket-27", "bucket-28",
                "bucket-29");
        assertThat(stores.asked).containsExactly("bucket-24", "bucket-25", "bucket-26", "bucket-27", "bucket-28", "bucket-29");
    }

    @Test
    void theFullestComeFirstAndEachIsAskedOnce() {
        thirtyBuckets();

        Part<Buckets.Row> first = buckets(BY_SIZE);

        assertThat(first.slice().rows()).extracting(Buckets.Row::bytes).startsWith(29_000L, 28_000L, 27_000L).hasSize(Ask.ROWS);
        assertThat(first.unordered()).isZero();
        assertThat(stores.asked).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void anOrderCostsNoMoreThanTheBudgetAndThePageSaysSo() {
        thirtyBuckets();

        Part<Buckets.Row> first = buckets(BY_SIZE, 5);
        assertThat(first.slice().rows()).extracting(Buckets.Row::name).startsWith("bucket-04", "bucket-03", "bucket-02", "bucket-01", "bucket-00",
                "bucket-05", "bucket-06");
        assertThat(first.unordered()).isEqualTo(25);
        assertThat(first.slice().rows()).allMatch(row -> row.bytes() != null);
        assertThat(stores.asked).as("for the order, and the rest of the page").hasSize(Ask.ROWS);
    }

    @Test
    void aSearchAsksForNothingElse() {
        thirtyBuckets();

        assertThat(buckets(new Ask("t-1", true, 1)).slice().found()).isEqualTo(10);

        assertThat(stores.asked).hasSize(10).allMatch(name -> name.toString().startsWith("bucket-1"));
    }

    @Test
    void saysOfABucketWhatItsFacadeKnows() {
        stores.bucket("known", 3, 70).bucket("unknown", 1, 1).facts("known",
                new BucketFacts(FakeDatacenter.ROOT, Optional.of(100L), Optional.empty(), Versions.SUSPENDED, true));

        List<Buckets.Row> rows = buckets(Ask.FIRST).slice().rows();

        Buckets.Row known = rows.get(0);
        assertThat(known.owner()).isEqualTo(new Owner("000000000001", "root"));
        assertThat(known.mostBytes()).isEqualTo(100);
        assertThat(known.mostObjects()).isNull();
        assertThat(known.versions()).isEqualTo("suspended");
        assertThat(known.locked()).isTrue();
        Buckets.Row unknown = rows.get(1);
        assertThat(unknown.owner()).isNull();
        assertThat(unknown.versions()).isNull();
        assertThat(unknown.bytes()).isEqualTo(1);
        assertThat(buckets(new Ask("root", false, 1)).slice().rows()).as("by its owner's name").extracting(Buckets.Row::name).containsExactly("known");
        assertThat(buckets(new Ask("000001", false, 1)).slice().found()).as("by its owner's number").isEqualTo(1);
    }

    @Test
    void aBucketThatDoesNotAnswerIsARowAllTheSameAndTheLast() {
        stores.bucket("a", 1, 1).bucket("b", 2, 2);
        stores.blobs.usages.remove("a");

        List<Buckets.Row> rows = buckets(BY_SIZE).slice().rows();

        assertThat(rows).extracting(Buckets.Row::name).containsExactly("b", "a");
        assertThat(rows.get(1).bytes()).isNull();
        assertThat(rows.get(1).trouble()).isEqualTo("the disk of a does not answer");
    }

    @Test
    void saysOfAQueueWhatIsInItAndInItsDeadLetterQueue() {
        Instant sent = Instant.ofEpochMilli(1_234_567);
        stores.queue("orders.fifo", new Counts(5, 2, 1, 800, Optional.of(sent)), Ordering.GROUPS, Optional.of("dead.fifo"))
                .queue("dead.fifo", new Counts(3, 1, 0, 90, Optional.of(sent)), Ordering.GROUPS, Optional.empty());

        List<Queues.Row> rows = queues(BY_SIZE).slice().rows();

        assertThat(rows).containsExactly(
                new Queues.Row(new Owner("000000000001", "root"), "orders.fifo", true, 5L, 2L, 1L, 800L, 1_234_567L,
                        Duration.ofDays(4).toMillis(), new Queues.Dead("000000000001", "dead.fifo", 4L, null), null),
                new Queues.Row(new Owner("000000000001", "root"), "dead.fifo", true, 3L, 1L, 0L, 90L, 1_234_567L,
                        Duration.ofDays(4).toMillis(), null, null));
    }

    @Test
    void aDeadLetterQueueThatIsGoneIsSaidToBe() {
        stores.queue("orders", FakeStores.waiting(1), Ordering.NONE, Optional.of("gone"));

        Queues.Dead dead = queues(Ask.FIRST).slice().rows().get(0).dead();

        assertThat(dead).isEqualTo(new Queues.Dead("000000000001", "gone", null, "there is no queue 000000000001/gone"));
    }

    @Test
    void aStoreThatFailsSaysWhyInItsPlace() {
        stores.queues.away = true;

        assertThat(queues(Ask.FIRST)).isEqualTo(Part.away("the database does not answer"));
    }

    @Test
    void saysWhatIsInADomain() {
        stores.domain("users", new DomainSize(10, 100, 4, 40, 55, 500));

        Domains.Row row = Part.of(new Domains(stores.tableStore(), Optional.empty()), Ask.FIRST, new Budget(0, () -> 0)).slice().rows().get(0);

        assertThat(row.owner()).as("nobody knows its name").isEqualTo(new Owner("000000000001", null));
        assertThat(row).extracting(Domains.Row::items, Domains.Row::attributes, Domains.Row::values, Domains.Row::bytes)
                .containsExactly(10L, 4L, 55L, 640L);
    }

    @Test
    void theStateIsTheSameUntilSomethingIsNew() {
        thirtyBuckets();
        Stores before = new Stores(0, buckets(Ask.FIRST), Part.away(null), Part.away(null));

        assertThat(before.at(Instant.ofEpochMilli(5)).state()).isEqualTo(before.state());
        stores.bucket("bucket-00", 1, 1);
        assertThat(new Stores(0, buckets(Ask.FIRST), Part.away(null), Part.away(null)).state()).isNotEqualTo(before.state());
        assertThat(new Stores(0, Part.away(null), Part.away(null), Part.away(null)).state()).isNotEqualTo(before.state());
    }

    @Test
    void anAccountIsNobodysNameButItsOwn() {
        assertThat(Owner.of(new AccountId("000000000009"), Optional.of(accounts))).isEqualTo(new Owner("000000000009", null));
    }
}
