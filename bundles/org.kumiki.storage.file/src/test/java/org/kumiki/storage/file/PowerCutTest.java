package org.kumiki.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.Bucket;
import org.kumiki.testing.FaultyDisk;
import org.kumiki.wal.Disk;

/**
 * What is left when the power is cut: of what was not flushed, any pieces. While clients work, a copy of the disk is taken as it would be then, and
 * opened. {@code -Dkumiki.crashes=N} says how often; some times if nobody asks.
 */
class PowerCutTest {

    private static final int CUTS = Integer.getInteger("kumiki.crashes", 8);
    private static final int CLIENTS = 4;
    /** Short, so that some cuts are in the middle of tidying up. */
    private static final long SEGMENT = 150_000;

    @TempDir
    Path temp;

    private final FaultyDisk disk = new FaultyDisk();
    private final Random random = new Random(1);
    /** By client, what it has begun to do last, and what was answered last. */
    private final AtomicIntegerArray begun = new AtomicIntegerArray(CLIENTS);
    private final AtomicIntegerArray answered = new AtomicIntegerArray(CLIENTS);

    @Test
    void everyChangeThatWasAnsweredIsThereAndNoneIsHalfThere() throws Exception {
        cutAgainAndAgain(CUTS);
    }

    /** Each flush is needed, and this test notices whether it is there: of the log, of contents, and of names in either directory. */
    @ParameterizedTest
    @ValueSource(strings = { "blobs/[0-9]+\\.log", "blobs/content/[0-9a-f]+/[0-9a-f]+", "blobs", "blobs/content/[0-9a-f]+" })
    void noticesADiskThatOnlyPretendsToFlush(String files) {
        Predicate<Path> isMeant = file -> temp.relativize(file).toString().matches(files);
        disk.onlyPretendsToFlush(isMeant);

        assertThatThrownBy(() -> cutAgainAndAgain(200)).isInstanceOfAny(AssertionError.class, IOException.class, BlobException.class);
    }

    private void cutAgainAndAgain(int cuts) throws Exception {
        FileBlobStore store = new FileBlobStore(temp.resolve("blobs"), disk::open, SEGMENT);
        AtomicBoolean done = new AtomicBoolean();
        List<CompletableFuture<Void>> clients = List.of();
        try {
            store.create(new Bucket(Traffic.BUCKET, Instant.EPOCH, Map.of()));
            clients = IntStream.range(0, CLIENTS).mapToObj(client -> CompletableFuture.runAsync(() -> act(store, client, done))).toList();
            for (int cut = 0; cut < cuts; cut++) {
                int goal = acts() + 20 + random.nextInt(60);
                while (acts() < goal && clients.stream().noneMatch(CompletableFuture::isDone)) {
                    Thread.onSpinWait();
                }
                check(cut);
            }
            done.set(true);
            clients.forEach(CompletableFuture::join);
        } finally {
            done.set(true);
            // Whoever still writes a file would do so while the directory is being deleted.
            clients.forEach(client -> client.exceptionally(failure -> null).join());
            store.close();
        }
    }

    private int acts() {
        return IntStream.range(0, CLIENTS).map(answered::get).sum();
    }

    private void act(FileBlobStore store, int client, AtomicBoolean done) {
        try {
            for (int number = 1; !done.get(); number++) {
                begun.set(client, number);
                new Traffic(client).act(store, number);
                answered.set(client, number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(int cut) throws IOException {
        Path copy = temp.resolve("after-" + cut);
        int[] before = IntStream.range(0, CLIENTS).map(answered::get).toArray();
        disk.copyAsIfPowerWereCut(temp.resolve("blobs"), copy, random);
        int[] after = IntStream.range(0, CLIENTS).map(begun::get).toArray();

        FileBlobStore store = new FileBlobStore(copy, Disk.REAL, SEGMENT);
        try {
            for (int client = 0; client < CLIENTS; client++) {
                Traffic traffic = new Traffic(client);
                boolean isThere = false;
                for (int number = before[client]; number <= after[client] && !isThere; number++) {
                    isThere = traffic.isThere(store, number);
                }
                assertThat(isThere).as("cut %d, client %d between acts %d and %d", cut, client, before[client], after[client]).isTrue();
            }
            assertThat(store.scrub().run(progress -> {
            }).defects()).isEmpty();
        } finally {
            store.close();
        }
        delete(copy);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }
}
