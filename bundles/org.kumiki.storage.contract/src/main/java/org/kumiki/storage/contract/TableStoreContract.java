package org.kumiki.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.Attribute;
import org.kumiki.api.table.Condition;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.Expectation;
import org.kumiki.api.table.Filter;
import org.kumiki.api.table.Item;
import org.kumiki.api.table.ItemChange;
import org.kumiki.api.table.ItemChange.Assignment;
import org.kumiki.api.table.ItemChange.Delete;
import org.kumiki.api.table.ItemChange.Put;
import org.kumiki.api.table.ItemChange.Removal;
import org.kumiki.api.table.Position;
import org.kumiki.api.table.Query;
import org.kumiki.api.table.Sorting;
import org.kumiki.api.table.TableException;
import org.kumiki.api.table.TableException.Reason;
import org.kumiki.api.table.TableStore;

/** What holds for every store of tables. */
public interface TableStoreContract {

    AccountId OWNER = new AccountId("000000000001");
    AccountId OTHER = new AccountId("000000000002");
    DomainId DOMAIN = new DomainId(OWNER, "books");

    Duration PATIENCE = Duration.ofMinutes(1);

    /** The store under test, the same one until {@link #reopenTables()}. It is empty when a test begins. */
    TableStore tables();

    /** The same store after the platform has been stopped and started; {@link #tables()} gives this one from then on. */
    TableStore reopenTables();

    @Test
    default void keepsDomains() {
        Domain made = tables().create(DOMAIN);
        tables().create(new DomainId(OWNER, "Books"));
        tables().create(new DomainId(OTHER, "books"));

        assertThat(tables().create(DOMAIN)).isEqualTo(made);
        for (TableStore store : List.of(tables(), reopenTables())) {
            assertThat(store.domains(OWNER)).extracting(domain -> domain.id().name()).containsExactly("Books", "books");
            assertThat(store.domains(OTHER)).hasSize(1);
            assertThat(store.domains()).hasSize(3);
            assertThat(store.domain(DOMAIN).orElseThrow().id()).isEqualTo(DOMAIN);
        }
    }

    @Test
    default void ownersDoNotShareWhatHasTheSameName() {
        tables().create(DOMAIN);
        tables().create(new DomainId(OTHER, "books"));

        put("a", "x", "1");

        assertThat(tables().item(new DomainId(OTHER, "books"), "a")).isEmpty();
    }

    @Test
    default void aDomainThatComesAgainIsEmpty() {
        tables().create(DOMAIN);
        put("a", "x", "1");

        tables().delete(DOMAIN);
        tables().delete(DOMAIN);
        assertThat(tables().domain(DOMAIN)).isEmpty();
        tables().create(DOMAIN);

        assertThat(select(new Filter.Everything())).isEmpty();
        reopenTables();
        assertThat(select(new Filter.Everything())).isEmpty();
        assertThat(tables().size(DOMAIN)).isEqualTo(DomainSize.EMPTY);
    }

    @Test
    default void saysThatThereIsNoSuchDomain() {
        fails(Reason.NO_SUCH_DOMAIN, () -> put("a", "x", "1"));
        fails(Reason.NO_SUCH_DOMAIN, () -> tables().item(DOMAIN, "a"));
        fails(Reason.NO_SUCH_DOMAIN, () -> tables().size(DOMAIN));
        fails(Reason.NO_SUCH_DOMAIN, () -> select(new Filter.Everything()));
    }

    @Test
    default void measuresADomain() {
        tables().create(DOMAIN);
        put("äb", "color", "red", "color", "grün", "size", "1");
        put("c", "size", "1");

        for (TableStore store : List.of(tables(), reopenTables())) {
            assertThat(store.size(DOMAIN)).isEqualTo(new DomainSize(2, 4, 2, 9, 4, 10));
        }
        change(new Delete("äb", List.of(new Removal("color", Optional.empty()))));
        assertThat(tables().size(DOMAIN)).isEqualTo(new DomainSize(2, 4, 1, 4, 2, 2));
        change(new Delete("äb", List.of()), new Delete("c", List.of()));
        assertThat(tables().size(DOMAIN)).isEqualTo(DomainSize.EMPTY);
    }

    @Test
    default void addsAndReplacesValues() {
        tables().create(DOMAIN);
        put("a", "x", "1", "y", "1");
        put("a", "x", "2", "x", "1");
        assertThat(item("a")).isEqualTo(item("a", "x", "1", "x", "2", "y", "1"));

        change(new Put("a", List.of(new Assignment("x", "3", true), new Assignment("x", "4", false), new Assignment("z", "", false))));

        for (TableStore store : List.of(tables(), reopenTables())) {
            assertThat(store.item(DOMAIN, "a")).contains(item("a", "x", "3", "x", "4", "y", "1", "z", ""));
        }
    }

    @Test
    default void takesValuesAway() {
        tables().create(DOMAIN);
        put("a", "x", "1", "x", "2", "y", "1", "y", "2");
        change(new Delete("a", List.of(new Removal("x", Optional.of("1")), new Removal("y", Optional.empty()),
                new Removal("none", Optional.empty()))));
        assertThat(item("a")).isEqualTo(item("a", "x", "2"));

        change(new Delete("a", List.of(new Removal("x", Optional.of("2")))));

        assertThat(tables().item(DOMAIN, "a")).isEmpty();
        assertThat(reopenTables().item(DOMAIN, "a")).isEmpty();
        change(new Delete("never", List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a b", "\u0000", "../../etc/passwd", "\uD83D\uDE00", "\uFFFF", "'); drop", "\n", "%25" })
    default void keepsEveryText(String text) {
        tables().create(DOMAIN);
        put(text, text, text);

        for (TableStore store : List.of(tables(), reopenTables())) {
            assertThat(store.item(DOMAIN, text)).contains(item(text, text, text));
            assertThat(select(new Filter.Some(text, equal(text)))).containsExactly(text);
        }
    }

    @Test
    default void anItemHasSoManyValuesAndNoMore() {
        tables().create(DOMAIN);
        change(new Put("a", IntStream.range(0, Item.MOST_VALUES).mapToObj(i -> new Assignment("x", "" + i, false)).toList()));

        fails(Reason.ITEM_FULL, () -> put("a", "y", "1"));

        put("a", "x", "0");
        assertThat(item("a").size()).isEqualTo(Item.MOST_VALUES);
    }

    @Test
    default void changesAllOrNothing() {
        tables().create(DOMAIN);
        change(new Put("full", IntStream.range(0, Item.MOST_VALUES).mapToObj(i -> new Assignment("x", "" + i, false)).toList()));

        fails(Reason.ITEM_FULL, () -> change(put("a"), new Put("full", List.of(new Assignment("y", "1", false)))));

        assertThat(tables().item(DOMAIN, "a")).isEmpty();
        assertThat(reopenTables().item(DOMAIN, "a")).isEmpty();
    }

    @Test
    default void decidesOnWhatIsExpected() {
        tables().create(DOMAIN);
        put("a", "version", "1", "many", "1", "many", "2");

        fails(Reason.UNEXPECTED, () -> expect("a", "version", "2"));
        fails(Reason.UNEXPECTED, () -> expectNone("a", "version"));
        fails(Reason.NO_SUCH_ATTRIBUTE, () -> expect("a", "none", "1"));
        fails(Reason.NO_SUCH_ATTRIBUTE, () -> expect("none", "version", "1"));
        fails(Reason.SEVERAL_VALUES, () -> expect("a", "many", "1"));
        assertThat(item("a").values("seen")).isEmpty();
        assertThat(tables().item(DOMAIN, "none")).isEmpty();

        expect("a", "version", "1");
        expectNone("new", "version");
        assertThat(item("a").values("seen")).containsExactly("yes");
        assertThat(item("new").values("seen")).containsExactly("yes");
    }

    @Test
    default void ofManyWhoExpectTheSameOneWins() {
        tables().create(DOMAIN);
        put("counter", "n", "0");
        AtomicInteger won = new AtomicInteger();

        Stream.generate(() -> CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 25; i++) {
                increase(won);
            }
        })).limit(4).toList().forEach(CompletableFuture::join);

        assertThat(item("counter").values("n")).containsExactly(won.toString());
        assertThat(won).hasPositiveValue();
    }

    private void increase(AtomicInteger won) {
        String before = item("counter").values("n").get(0);
        try {
            tables().change(DOMAIN, List.of(new Put("counter", List.of(new Assignment("n", "" + (Integer.parseInt(before) + 1), true)))),
                    Optional.of(new Expectation("n", Optional.of(before))));
            won.incrementAndGet();
        } catch (TableException e) {
            assertThat(e.reason()).isEqualTo(Reason.UNEXPECTED);
        }
    }

    @Test
    default void answersInTheOrderOfBytes() {
        tables().create(DOMAIN);
        for (String name : List.of("b", "B", "\uD83D\uDE00", "\uFFFD", "é", "")) {
            if (!name.isEmpty()) {
                put(name, "x", name);
            }
        }

        assertThat(select(new Filter.Everything())).containsExactly("B", "b", "é", "\uFFFD", "\uD83D\uDE00");
        assertThat(pages(new Filter.Present("x"), new Sorting(Optional.of("x"), true), 2)).flatExtracting(page -> page)
                .containsExactly("\uD83D\uDE00", "\uFFFD", "é", "b", "B");
    }

    @Test
    default void seesNoItemHalfChanged() {
        tables().create(DOMAIN);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 60; i++) {
                String value = "" + i % 7;
                change(new Put("a", List.of(new Assignment("x", value, true))), new Put("b", List.of(new Assignment("x", value, true))));
            }
        });
        int looks = 0;
        while (!writer.isDone() || looks < 10) {
            List<String> seen = new ArrayList<>();
            tables().select(DOMAIN, query(new Filter.Present("x"), Sorting.BY_NAME, Optional.empty(), 10), item -> seen.addAll(item.values("x")));
            assertThat(Set.copyOf(seen)).hasSizeLessThanOrEqualTo(1);
            looks++;
        }
        writer.join();
    }

    /** Random data and random questions; what they come to is known from asking the filter of every item. */
    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4 })
    default void answersAsIfItHadAskedOfEveryItem(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        tables().create(DOMAIN);
        TreeMap<String, Item> model = new TreeMap<>();
        for (int i = 0; i < 400; i++) {
            ItemChange change = TableTraffic.change(random);
            change(change);
            change.appliedTo(Optional.ofNullable(model.get(change.item())))
                    .ifPresentOrElse(item -> model.put(change.item(), item), () -> model.remove(change.item()));
        }
        if (seed % 2 == 0) {
            reopenTables();
        }
        for (int i = 0; i < 1_000; i++) {
            Filter filter = TableTraffic.filter(random, 3);
            Sorting sorting = TableTraffic.sorting(random);
            List<String> expected = model.values().stream().filter(filter::holds).filter(item -> sorting.position(item).isPresent())
                    .sorted(Comparator.comparing(item -> sorting.position(item).orElseThrow(), sorting::compare)).map(Item::name).toList();
            List<List<String>> pages = pages(filter, sorting, 1 + random.nextInt(40));

            assertThat(pages.stream().flatMap(List::stream).toList()).as("%s by %s", filter, sorting).isEqualTo(expected);
        }
    }

    static Condition equal(String text) {
        return new Condition.Compared(Condition.Operator.EQUAL, text);
    }

    static Query query(Filter filter, Sorting sorting, Optional<Position> after, int wanted) {
        return new Query(filter, sorting, after, wanted, PATIENCE);
    }

    static Item item(String name, String... attributes) {
        return new Item(name, IntStream.range(0, attributes.length / 2).mapToObj(i -> new Attribute(attributes[2 * i], attributes[2 * i + 1]))
                .collect(Collectors.toList()));
    }

    private Item item(String name) {
        return tables().item(DOMAIN, name).orElseThrow();
    }

    private static Put put(String name) {
        return new Put(name, List.of(new Assignment("x", "1", false)));
    }

    private void put(String name, String... attributes) {
        change(new Put(name, item(name, attributes).attributes().stream().map(each -> new Assignment(each.name(), each.value(), false)).toList()));
    }

    private void change(ItemChange... changes) {
        tables().change(DOMAIN, List.of(changes), Optional.empty());
    }

    private void expect(String item, String attribute, String value) {
        expect(item, new Expectation(attribute, Optional.of(value)));
    }

    private void expectNone(String item, String attribute) {
        expect(item, new Expectation(attribute, Optional.empty()));
    }

    private void expect(String item, Expectation expectation) {
        tables().change(DOMAIN, List.of(new Put(item, List.of(new Assignment("seen", "yes", false)))), Optional.of(expectation));
    }

    private List<String> select(Filter filter) {
        return pages(filter, Sorting.BY_NAME, 1_000).stream().flatMap(List::stream).toList();
    }

    private List<List<String>> pages(Filter filter, Sorting sorting, int size) {
        List<List<String>> pages = new ArrayList<>();
        Optional<Position> after = Optional.empty();
        do {
            List<String> page = new ArrayList<>();
            after = tables().select(DOMAIN, query(filter, sorting, after, size), item -> page.size() < size && page.add(item.name()));
            pages.add(page);
        } while (after.isPresent());
        return pages;
    }

    private static void fails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TableException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
