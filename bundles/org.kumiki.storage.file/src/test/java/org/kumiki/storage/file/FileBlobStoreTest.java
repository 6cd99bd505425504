package org.kumiki.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kumiki.storage.contract.BlobStoreContract.failsWith;
import static org.kumiki.storage.contract.BlobStoreContract.query;
import static org.kumiki.storage.contract.BlobStoreContract.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;
import org.kumiki.storage.contract.BlobStoreContract;
import org.kumiki.testing.FaultyDisk;
import org.kumiki.wal.DamagedException;
import org.kumiki.wal.Encoder;

class FileBlobStoreTest implements BlobStoreContract {

    private static final long LONG = 1 << 30;
    private static final long SHORT = 100_000;
    /** How many bytes the first record of a segment has. */
    private static final int BEGINNING = 28;

    @TempDir
    Path data;

    private final FaultyDisk disk = new FaultyDisk();
    private Path directory;
    private FileBlobStore store;

    @BeforeEach
    void open() throws IOException {
        directory = data.resolve("blobs");
        store = new FileBlobStore(directory, disk::open, LONG);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Override
    public BlobStore reopen() {
        return reopen(LONG);
    }

    private BlobStore reopen(long segmentBytes) {
        try {
            store.close();
            store = new FileBlobStore(directory, disk::open, segmentBytes);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
    }

    @Test
    void isRefusedToASecondStore() {
        assertThatThrownBy(() -> new FileBlobStore(directory, disk::open, LONG)).isInstanceOf(IOException.class)
                .hasMessageContaining("somebody else uses");
    }

    @Test
    void refusesEverythingAfterItsEnd() throws IOException {
        bucket();
        Blob blob = put("k", "1");
        store.close();

        failsWith(Reason.UNAVAILABLE, () -> put("k", "2"));
        failsWith(Reason.UNAVAILABLE, () -> read(blob));
    }

    @Test
    void hasAFileForManyBytesAndNoneForFew() throws IOException {
        bucket();
        put("few", random(65_536));
        assertThat(contents()).isEmpty();

        put("many", random(65_537));

        assertThat(contents()).hasSize(1);
    }

    /** Blocks are written and read several at a time. */
    @Test
    void keepsWhatEndsAtOrNearTheEndOfABlock() throws IOException {
        bucket();
        for (int blocks = 2; blocks <= 9; blocks++) {
            for (int more = -1; more <= 1; more++) {
                byte[] bytes = random(blocks * Blocks.DATA + more);

                Blob blob = put("k", bytes);

                assertThat(read(blob)).isEqualTo(bytes);
                long last = bytes.length - 3L;
                assertThat(read(blob, last, 3)).isEqualTo(Arrays.copyOfRange(bytes, (int) last, bytes.length));
            }
        }
        assertThat(store.scrub().run(progress -> {
        }).defects()).isEmpty();
    }

    @Test
    void leavesNoFileOfWhatIsGone() throws IOException {
        bucket();
        put("replaced", random(200_000));
        put("replaced", "1");
        put("deleted", random(200_000));
        delete("deleted", Blob.ONLY);
        Upload upload = store.begin(BUCKET, "k", Map.of());
        store.put(upload, 1, staged(random(200_000)), Map.of());
        store.abort(upload);
        staged(random(200_000)).close();

        store.close();

        assertThat(contents()).isEmpty();
    }

    @Test
    void leavesNoFileOfASourceThatFails() throws IOException {
        passesOnWhatASourceThrows();

        assertThat(contents()).isEmpty();
    }

    @Test
    void forgetsAtItsNextStartWhatWasNeverUsed() throws IOException {
        bucket();
        Staged few = staged(random(100));
        Staged many = staged(random(200_000));
        assertThat(few.size() + many.size()).isEqualTo(200_100);
        assertThat(contents()).hasSize(1);

        reopen();

        assertThat(contents()).isEmpty();
    }

    @Test
    void sharesTheBytesOfACopy() throws IOException {
        bucket();
        Blob blob = put("k", random(1_000_000));

        Staged staged = store.stage(blob, 0, blob.size());
        Blob copy = store.put(BUCKET, "copy", List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);

        assertThat(contents()).hasSize(1);
        delete("k", Blob.ONLY);
        reopen();
        assertThat(contents()).hasSize(1);
        assertThat(read(copy)).isEqualTo(random(1_000_000));
    }

    @Test
    void keepsNoManyBytesForFew() throws IOException {
        bucket();
        Blob blob = put("k", random(1_000_000));
        Staged staged = store.stage(blob, 500_000, 10);
        delete("k", Blob.ONLY);
        store.put(BUCKET, "copy", List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);

        store.close();

        assertThat(contents()).isEmpty();
    }

    @Test
    void survivesTheInterruptOfAReader() throws Exception {
        bucket();
        Blob few = put("few", random(1_000));
        Blob many = put("many", random(200_000));
        Thread.currentThread().interrupt();
        failsWith(Reason.UNAVAILABLE, () -> read(few));
        assertThat(Thread.interrupted()).isTrue();
        Thread.currentThread().interrupt();
        failsWith(Reason.UNAVAILABLE, () -> read(many));
        assertThat(Thread.interrupted()).isTrue();

        assertThat(read(few)).isEqualTo(random(1_000));
        assertThat(read(many)).isEqualTo(random(200_000));
    }

    @Test
    void changesForSomebodyWhoIsInterrupted() {
        bucket();
        Thread.currentThread().interrupt();

        put("k", "1");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(reopen().find(BUCKET, "k")).isPresent();
    }

    @Test
    void flushesOnceForManyWhoWait() throws Exception {
        bucket();
        put("k", "1");
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdFlushes(gate);
        int before = disk.dataFlushes();
        Thread first = new Thread(() -> put("first", "1"));
        first.start();
        while (disk.dataFlushes() == before) {
            Thread.onSpinWait();
        }
        List<Thread> others = IntStream.range(0, 20).mapToObj(i -> new Thread(() -> put("k" + i, "1"))).toList();
        others.forEach(Thread::start);
        while (!others.stream().allMatch(FileBlobStoreTest::hasAppended)) {
            Thread.onSpinWait();
        }

        gate.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }

        assertThat(disk.dataFlushes() - before).isEqualTo(2);
        assertThat(store.usage(BUCKET).blobs()).isEqualTo(22);
    }

    /** It waits for its answer, and not for a lock on the way there. */
    private static boolean hasAppended(Thread thread) {
        return LockSupport.getBlocker(thread) instanceof CompletableFuture.AsynchronousCompletionTask;
    }

    @Test
    void showsAnOperatorWhatIsThere() throws IOException {
        bucket();
        put("few", random(1_000));
        put("m\u001bany", random(200_000));
        BlobCommands commands = new BlobCommands(store);
        assertThat(commands.scrub(null)).isEqualTo("2 blobs with 0 MiB read, 0 corrupt");

        flip(contents().get(0), 70_000);

        assertThat(commands.scrub(null)).startsWith("bucket  m?any  null  ").contains(contents().get(0).toString()).endsWith("1 corrupt");
    }

    @Test
    void cutsOffWhatWasBeingWritten() throws IOException {
        bucket();
        put("a", "1");
        long before = Files.size(segment(1));
        put("b", "2");
        store.close();
        byte[] whole = Files.readAllBytes(segment(1));
        for (int end = (int) before; end < whole.length; end++) {
            Files.write(segment(1), Arrays.copyOf(whole, end));
            store = new FileBlobStore(directory, disk::open, LONG);

            assertThat(store.find(BUCKET, "a")).isPresent();
            assertThat(store.find(BUCKET, "b")).as("cut off at %d", end).isEmpty();
            put("c", "3");
            assertThat(reopen().find(BUCKET, "c")).isPresent();
            store.close();
        }
    }

    @Test
    void cutsOffZerosAndHalvesOfTheLastBatch() throws IOException {
        bucket();
        put("a", "1");
        long before = Files.size(segment(1));
        put("b", "2");
        store.close();
        byte[] whole = Files.readAllBytes(segment(1));
        for (int at = (int) before; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x40;
            Files.write(segment(1), changed);
            store = new FileBlobStore(directory, disk::open, LONG);

            assertThat(store.find(BUCKET, "a")).isPresent();
            assertThat(store.find(BUCKET, "b")).isEmpty();
            store.close();
        }
        Files.write(segment(1), Arrays.copyOf(Arrays.copyOf(whole, (int) before), 1 << 17));
        store = new FileBlobStore(directory, disk::open, LONG);
        assertThat(store.find(BUCKET, "a")).isPresent();
    }

    @Test
    void refusesALogThatIsDamagedInTheMiddle() throws IOException {
        bucket();
        int before = (int) Files.size(segment(1));
        put("a", "1");
        int after = (int) Files.size(segment(1));
        put("b", "2");
        store.close();
        byte[] whole = Files.readAllBytes(segment(1));
        for (int at = 0; at < after; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(segment(1), changed);

            assertThatThrownBy(() -> new FileBlobStore(directory, disk::open, LONG)).isInstanceOf(DamagedException.class)
                    .hasMessageContaining(segment(1).toString()).hasMessageContaining("from byte ");
        }
        assertThat(before).isPositive();
        Files.write(segment(1), whole);
    }

    @Test
    void takesNoBytesOfAClientForARecord() throws IOException {
        bucket();
        int end = (int) Files.size(segment(1));
        put("k", record(end + 1, new Change.BucketGone(BUCKET)));
        store.close();
        byte[] whole = Files.readAllBytes(segment(1));
        whole[end] ^= 1;
        Files.write(segment(1), whole);

        store = new FileBlobStore(directory, disk::open, LONG);

        assertThat(store.find(BUCKET, "k")).isEmpty();
    }

    /** As it would lie in a file without a salt. */
    private static byte[] record(long start, Change change) {
        Encoder out = new Encoder();
        new ChangeCodec().write(change, out);
        byte[] payload = out.toBytes();
        ByteBuffer header = ByteBuffer.allocate(20).putInt(payload.length).putLong(start).putInt(crc(payload));
        byte[] checked = Arrays.copyOf(header.array(), 16 + Long.BYTES);
        header.putInt(crc(checked));
        return ByteBuffer.allocate(20 + payload.length).put(header.flip()).put(payload).array();
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    @Test
    void beginsASegmentAgainThatWasBeingBegun() throws IOException {
        bucket();
        store.close();
        for (int size = 0; size < BEGINNING; size++) {
            Files.write(segment(2), Arrays.copyOf(Files.readAllBytes(segment(1)), size));

            store = new FileBlobStore(directory, disk::open, LONG);
            put("k", "1");
            assertThat(reopen().find(BUCKET, "k")).isPresent();
            store.close();
        }
    }

    @Test
    void goesOnWithASegmentWhenTheNextDoesNotFit() throws IOException {
        reopen(SHORT);
        bucket();
        IntStream.range(0, 4).forEach(i -> put("k" + i, random(30_000)));
        disk.leaveRoom(20);
        failsWith(Reason.FULL, () -> put("k", "1"));
        disk.hasRoom();

        put("k", "1");

        assertThat(reopen().list(BUCKET, query("")).blobs()).hasSize(5);
    }

    @Test
    void refusesALogWithASegmentMissing() throws IOException {
        reopen(SHORT);
        bucket();
        IntStream.range(0, 10).forEach(i -> put("k" + i, random(40_000)));
        store.close();
        Files.move(segment(2), data.resolve("aside"));

        assertThatThrownBy(() -> new FileBlobStore(directory, disk::open, SHORT)).hasMessageContaining(segment(2).toString());

        Files.move(data.resolve("aside"), segment(2));
    }

    @Test
    void neverReadsBytesThatHaveChanged() throws IOException {
        bucket();
        Blob few = put("few", random(1_000));
        Blob many = put("many", random(200_000));
        put("whole", random(300_000));
        int position = (int) Files.size(segment(1));
        Path file = contents().get(0);
        flip(segment(1), position / 4);
        flip(file, 70_000);

        failsWith(Reason.CORRUPT, () -> read(few));
        failsWith(Reason.CORRUPT, () -> read(many));
        assertThatThrownBy(() -> read(many)).hasMessageContaining(file.toString()).hasMessageContaining("65536");
        assertThat(read(many, 0, 65_532)).isEqualTo(Arrays.copyOf(random(200_000), 65_532));

        Scrub.Progress done = store.scrub().run(progress -> {
        });
        assertThat(done.blobs()).isEqualTo(3);
        assertThat(done.defects()).extracting(Scrub.Defect::key).containsExactly("few", "many");
        // Put in order, for whoever opens it next.
        flip(segment(1), position / 4);
    }

    @Test
    void saysThatAFileIsShortOrMissing() throws IOException {
        bucket();
        Blob blob = put("many", random(200_000));
        Path file = contents().get(0);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100_000));
        failsWith(Reason.CORRUPT, () -> read(blob));
        Files.delete(file);
        failsWith(Reason.CORRUPT, () -> read(blob));

        reopen();

        failsWith(Reason.CORRUPT, () -> read(blob));
        delete("many", Blob.ONLY);
        put("many", "1");
    }

    @Test
    void doesNotTakeOneFileForAnother() throws IOException {
        bucket();
        Blob blob = put("a", random(200_000));
        put("b", random(200_001));
        Files.write(contents().get(0), Files.readAllBytes(contents().get(1)));

        failsWith(Reason.CORRUPT, () -> read(blob));
    }

    @Test
    void goesOnWhenAFullDiskHasRoomAgain() throws IOException {
        bucket();
        Blob kept = put("kept", random(200_000));
        for (int size : new int[] { 1_000, 300_000 }) {
            for (int room : new int[] { 0, 1, 500, 900 }) {
                disk.leaveRoom(room);
                failsWith(Reason.FULL, () -> put("k", random(size)));
                assertThat(store.find(BUCKET, "k")).isEmpty();
                assertThat(contents()).hasSize(1);
            }
        }
        disk.hasRoom();

        put("k", "1");

        reopen();
        assertThat(read(store.find(BUCKET, "k").orElseThrow())).isEqualTo("1".getBytes(UTF_8));
        assertThat(read(kept)).isEqualTo(random(200_000));
    }

    @Test
    void deletesOnAFullDisk() throws IOException {
        bucket();
        put("k", random(200_000));
        put("other", random(1_000));
        Upload upload = store.begin(BUCKET, "k", Map.of());
        while (!Files.exists(directory.resolve("reserve")) || Files.size(directory.resolve("reserve")) < 200_000) {
            Thread.onSpinWait();
        }
        disk.leaveRoom(0);
        failsWith(Reason.FULL, () -> put("k", "1"));

        delete("k", Blob.ONLY);
        delete("other", Blob.ONLY);
        store.abort(upload);
        store.delete(BUCKET);

        disk.hasRoom();
        assertThat(reopen().buckets()).isEmpty();
    }

    @Test
    void putsLaterWhatDidNotFit() {
        bucket();
        Staged few = staged(random(1_000));
        Staged many = staged(random(200_000));
        disk.leaveRoom(10);
        failsWith(Reason.FULL, () -> store.put(BUCKET, "k", List.of(few, many), Map.of(), Keeping.REPLACE, Precondition.NONE));
        disk.hasRoom();

        Blob blob = store.put(BUCKET, "k", List.of(few, many), Map.of(), Keeping.REPLACE, Precondition.NONE);

        reopen();
        assertThat(read(blob, 1_000, 200_000)).isEqualTo(random(200_000));
        assertThat(store.usage(BUCKET)).isEqualTo(new Usage(1, 201_000));
    }

    @Test
    void leavesNothingOfAChangeThatCouldNotBeCutOff() {
        bucket();
        disk.leaveRoom(100);
        disk.shortens(false);
        failsWith(Reason.FULL, () -> put("k", random(1_000)));
        disk.hasRoom();
        failsWith(Reason.UNAVAILABLE, () -> put("k", "1"));
        disk.shortens(true);

        put("other", "1");

        assertThat(reopen().list(BUCKET, query("")).blobs()).extracting(Blob::key).containsExactly("other");
    }

    @Test
    void failsIfItCannotFlush() throws IOException {
        bucket();
        disk.flushes(false);
        failsWith(Reason.UNAVAILABLE, () -> put("few", random(10)));
        failsWith(Reason.UNAVAILABLE, () -> put("many", random(200_000)));
        disk.flushes(true);

        put("other", "1");

        assertThat(reopen().list(BUCKET, query("")).blobs()).extracting(Blob::key).containsExactly("other");
        assertThat(contents()).isEmpty();
    }

    /** What could not be flushed may be on the disk all the same, and so may be what removes it, or not. */
    @Test
    void whatWasRefusedDoesNotComeBackWhenThePowerIsCut(@TempDir Path copies) throws IOException {
        bucket();
        disk.flushes(false);
        failsWith(Reason.UNAVAILABLE, () -> put("refused", "1"));
        disk.flushes(true);
        store.close();

        Random random = new Random(1);
        for (int cut = 0; cut < 20; cut++) {
            Path copy = copies.resolve("cut" + cut);
            disk.copyAsIfPowerWereCut(directory, copy, random);
            store = new FileBlobStore(copy, FileChannel::open, LONG);
            assertThat(store.list(BUCKET, query("")).blobs()).isEmpty();
            store.close();
        }
        open();
    }

    @Test
    void keepsTheLogShort() throws IOException {
        reopen(SHORT);
        bucket();
        Blob kept = put("kept", random(5_000));
        Upload upload = store.begin(BUCKET, "upload", Map.of());
        store.put(upload, 1, staged(random(6_000)), Map.of());
        for (int i = 0; i < 400; i++) {
            put("k" + i % 10, random(10_000 + i));
            add("versions", Integer.toString(i));
        }
        // It is tidied up beside what is put, and takes its time.
        while (logBytes() >= 20 * SHORT) {
            put("k9", random(10_399));
        }
        List<Blob> before = store.list(BUCKET, new Query("", "", "", "", 10_000, true)).blobs();
        reopen(SHORT);

        assertThat(store.list(BUCKET, new Query("", "", "", "", 10_000, true)).blobs()).isEqualTo(before);
        assertThat(read(kept)).isEqualTo(random(5_000));
        for (int i = 390; i < 400; i++) {
            assertThat(read(store.find(BUCKET, "k" + i % 10).orElseThrow())).isEqualTo(random(10_000 + i));
        }
        Blob made = store.complete(upload, store.parts(upload), Map.of(), Keeping.ADD, Precondition.NONE);
        assertThat(read(made)).isEqualTo(random(6_000));
    }

    @Test
    void readsWhileItTidiesUp() throws Exception {
        reopen(SHORT);
        bucket();
        List<Blob> kept = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        for (int i = 0; i < 20; i++) {
            kept.add(put("kept" + i, random(3_000 + i)));
            IntStream.range(0, 5).forEach(j -> put("k", random(3_000)));
        }
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> {
            long reads = 0;
            while (!done.get() || reads == 0) {
                for (int i = 0; i < kept.size(); i++) {
                    assertThat(read(kept.get(i))).isEqualTo(random(3_000 + i));
                    reads++;
                }
            }
            return reads;
        });

        for (int i = 0; i < 600 || Files.exists(segment(1)); i++) {
            put("k" + i % 7, random(10_000));
        }
        done.set(true);

        assertThat(reader.get()).isPositive();
    }

    @Test
    void isWhatItWasAfterTidyingUpAgainAndAgain() {
        reopen(20_000);
        bucket();
        Model model = new Model(7);
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 150; i++) {
                model.step(this);
            }
            reopen(20_000);
            model.check(this);
        }
    }

    @Test
    void tidiesUpAroundWhatCannotBeRead() throws IOException {
        reopen(SHORT);
        bucket();
        Blob corrupt = put("corrupt", random(5_000));
        Blob whole = put("whole", random(5_001));
        flip(segment(1), 3_000);

        for (int i = 0; i < 100 || Files.exists(segment(2)) || logBytes() >= 12 * SHORT; i++) {
            put("k", random(20_000));
        }
        reopen(SHORT);

        assertThat(segment(1)).exists();
        failsWith(Reason.CORRUPT, () -> read(corrupt));
        assertThat(read(whole)).isEqualTo(random(5_001));
    }

    @Test
    void putsOffTidyingUpWhileTheDiskIsFull() {
        reopen(20_000);
        bucket();
        Blob kept = put("kept", random(1_000));
        for (int i = 0; i < 100; i++) {
            put("k", random(1_500));
            disk.leaveRoom(i % 10 == 0 ? 700 : Long.MAX_VALUE);
            try {
                put("k", random(1_600));
            } catch (BlobException e) {
                assertThat(e.reason()).isEqualTo(Reason.FULL);
            }
            disk.hasRoom();
        }

        reopen(20_000);

        assertThat(read(kept)).isEqualTo(random(1_000));
    }

    private Path segment(long number) {
        return directory.resolve("%010d.log".formatted(number));
    }

    private long logBytes() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log")).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private List<Path> contents() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("content"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }
}
