package org.kumiki.table.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Filter;
import org.kumiki.api.table.ItemChange;
import org.kumiki.api.table.ItemChange.Assignment;
import org.kumiki.api.table.ItemChange.Put;
import org.kumiki.api.table.Position;
import org.kumiki.api.table.Query;
import org.kumiki.api.table.Sorting;
import org.kumiki.api.table.TableException;
import org.kumiki.api.table.TableException.Reason;
import org.kumiki.api.table.TableStore;
import org.kumiki.storage.contract.TableStoreContract;
import org.kumiki.testing.FaultyDisk;

class LogTableStoreTest implements TableStoreContract {

    private static final long SEGMENT = 20_000;
    private static final long DOMAIN_BYTES = 1 << 20;
    private static final long MEMORY = 4 << 20;
    private static final long RESERVE = 1 << 18;

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private LogTableStore store;

    @BeforeEach
    void open() throws IOException {
        store = new LogTableStore(directory, disk::open, SEGMENT, DOMAIN_BYTES, MEMORY);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    public TableStore tables() {
        return store;
    }

    @Override
    public TableStore reopenTables() {
        try {
            store.close();
            open();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCheckpointStandsForTheChangesBeforeIt() throws Exception {
        store.create(DOMAIN);
        for (int i = 0; checkpoints() == 0; i++) {
            put("i" + i % 100, "" + i);
        }
        long items = store.size(DOMAIN).items();

        reopenTables();

        assertThat(store.size(DOMAIN).items()).isEqualTo(items);
    }

    /** Whatever order a checkpoint has them in. */
    @Test
    void aDomainThatIsMadeAfterACheckpointIsNoneOfThoseBeforeIt() throws Exception {
        store.create(DOMAIN);
        DomainId before = new DomainId(OWNER, "a");
        store.create(before);
        for (int i = 0; checkpoints() == 0; i++) {
            put("i" + i % 100, "" + i);
        }
        reopenTables();
        DomainId added = new DomainId(OWNER, "c");
        store.create(added);

        store.change(before, List.of(new Put("x", List.of(new Assignment("a", "1", true)))), Optional.empty());

        assertThat(store.size(before).items()).isEqualTo(1);
        assertThat(store.size(added).items()).isZero();
    }

    private long checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".checkpoint")).count();
        }
    }

    @Test
    void aDomainHasSoManyBytesAndNoMore() {
        store.create(DOMAIN);
        String kilobyte = "x".repeat(1_023);
        for (int i = 0; i < 1_000; i++) {
            put("" + i, kilobyte);
        }

        fails(Reason.DOMAIN_FULL, () -> {
            for (int i = 1_000; i < 1_100; i++) {
                put("" + i, kilobyte);
            }
        });

        store.change(DOMAIN, List.of(new ItemChange.Delete("0", List.of())), Optional.empty());
        put("1", "short");
        assertThat(store.size(DOMAIN).bytes()).isLessThanOrEqualTo(DOMAIN_BYTES);
    }

    @Test
    void allDomainsTakeSoMuchMemoryAndNoMore() {
        DomainId other = new DomainId(OTHER, "other");
        store.create(DOMAIN);
        store.create(other);

        fails(Reason.FULL, () -> {
            for (int i = 0;; i++) {
                store.change(i % 2 == 0 ? DOMAIN : other, List.of(new Put("" + i, List.of(new Assignment("x", "" + i, true)))), Optional.empty());
            }
        });

        store.delete(other);
        put("a", "1");
    }

    @Test
    void aFullDiskLosesNothingAndDeletesGoOn() throws IOException {
        store.create(DOMAIN);
        put("a", "1");
        Path reserve = directory.resolve("reserve");
        while (!Files.exists(reserve) || Files.size(reserve) < RESERVE) {
            Thread.onSpinWait();
        }
        disk.leaveRoom(10);

        fails(Reason.FULL, () -> put("b", "2"));
        assertThat(store.item(DOMAIN, "b")).isEmpty();
        store.change(DOMAIN, List.of(new ItemChange.Delete("a", List.of())), Optional.empty());
        assertThat(store.item(DOMAIN, "a")).isEmpty();
        disk.hasRoom();
        put("b", "2");

        reopenTables();
        assertThat(store.item(DOMAIN, "a")).isEmpty();
        assertThat(store.item(DOMAIN, "b")).isPresent();
    }

    @Test
    void whatCannotBeFlushedDidNotHappen() {
        store.create(DOMAIN);
        disk.flushes(false);

        fails(Reason.UNAVAILABLE, () -> put("a", "1"));
        assertThat(store.item(DOMAIN, "a")).isEmpty();
        disk.flushes(true);
        put("a", "2");

        reopenTables();
        assertThat(store.item(DOMAIN, "a").orElseThrow().values("x")).containsExactly("2");
    }

    @Test
    void answersInTimeAndSaysWhereToGoOn() {
        store.create(DOMAIN);
        for (int i = 0; i < 500; i++) {
            put("i" + i, "" + i);
        }
        Query query = new Query(new Filter.Everything(), Sorting.BY_NAME, Optional.empty(), 1_000, Duration.ZERO);
        int[] taken = new int[1];

        Optional<Position> next = store.select(DOMAIN, query, item -> ++taken[0] > 0);

        assertThat(next).isPresent();
        assertThat(taken[0]).isBetween(1, 499);
        store.select(DOMAIN, new Query(query.filter(), query.sorting(), next, 1_000, Duration.ofMinutes(1)), item -> ++taken[0] > 0);
        assertThat(taken[0]).isEqualTo(500);
    }

    private void put(String item, String value) {
        store.change(DOMAIN, List.of(new Put(item, List.of(new Assignment("x", value, true)))), Optional.empty());
    }

    private static void fails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TableException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
